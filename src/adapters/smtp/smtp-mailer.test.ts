/** The SMTP adapter against a real server. */
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freshSmtpServer, refuse, type SmtpScript } from '../../../test/fresh-smtp-server.ts';
import type { OutgoingMail } from '../../process/modules/mail/mailer.ts';
import { openSmtpMailer } from './smtp-mailer.ts';

const mail: OutgoingMail = {
  messageId: '<job_00000000021.abc@millrace>',
  to: ['dana@plant.example', 'shift@plant.example'],
  subject: 'Press 4 – Überprüfung',
  text: 'Line 1\nLine 2 with µm\n.\nafter a lone dot',
};

async function open(script: SmtpScript = {}) {
  const server = await freshSmtpServer(script);
  const mailer = await openSmtpMailer({ url: server.url, from: 'Millrace <millrace@plant.example>' });
  return {
    server,
    mailer,
    async [Symbol.asyncDispose]() {
      await mailer.close();
      await server.stop();
    },
  };
}

describe('the SMTP mailer', () => {
  it('hands a mail to the server with what was asked for, and marks it as automatic', async () => {
    await using smtp = await open();
    expect(await smtp.mailer.send(mail)).toEqual({ kind: 'sent', accepted: mail.to, rejected: [] });
    const [received] = smtp.server.received;
    expect(received?.recipients).toEqual(mail.to);
    const [head = '', body = ''] = (received?.raw ?? '').split('\r\n\r\n');
    expect(head).toContain('Message-ID: <job_00000000021.abc@millrace>');
    expect(head).toContain('From: Millrace <millrace@plant.example>');
    expect(head).toContain('To: dana@plant.example, shift@plant.example');
    expect(head).toContain('Auto-Submitted: auto-generated');
    expect(head).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(head).toContain('Content-Type: text/plain; charset=utf-8');
    expect(body).toContain('after a lone dot');
  });

  it('sends text and markup as two forms of one mail, and says who gets the answers', async () => {
    await using smtp = await open();
    const html = '<p>Line 1 &amp; 2</p>';
    await smtp.mailer.send({ ...mail, html, replyTo: ['dana@plant.example', 'boss@plant.example'] });
    const { raw = '' } = smtp.server.received[0] ?? {};
    expect(raw).toMatch(/^Reply-To: dana@plant.example, boss@plant.example\r$/m);
    expect(raw).toMatch(/^Content-Type: multipart\/alternative;/m);
    const [text, markup] = ['text/plain', 'text/html'].map((type) =>
      raw.indexOf(`Content-Type: ${type}; charset=utf-8`),
    );
    // RFC 2046, 5.1.4: the last form is the best one.
    expect(text).toBeGreaterThan(0);
    expect(markup).toBeGreaterThan(text ?? 0);
    expect(raw).toContain(html);
  });

  it('lets nothing in a subject become a header or a body', async () => {
    await using smtp = await open();
    const subject = 'Stop\r\nBcc: stranger@elsewhere.example\r\n\r\n<script>';
    await smtp.mailer.send({ ...mail, subject });
    const [received] = smtp.server.received;
    expect(received?.recipients).toEqual(mail.to);
    const [head = ''] = (received?.raw ?? '').split('\r\n\r\n');
    expect(head).not.toMatch(/^Bcc:/m);
    expect(head).toMatch(/^Subject: Stop/m);
    expect(head).toContain('Content-Type: text/plain');
  });

  it('says who was not taken, for good and for now', async () => {
    await using smtp = await open({
      onRecipient: (address) => {
        if (address.startsWith('gone')) refuse(550, 'No such user');
        if (address.startsWith('grey')) refuse(451, 'Try again in a minute');
      },
    });
    const to = ['gone@plant.example', 'dana@plant.example', 'grey@plant.example'];
    expect(await smtp.mailer.send({ ...mail, to })).toEqual({
      kind: 'sent',
      accepted: ['dana@plant.example'],
      rejected: [{ address: 'gone@plant.example', reason: '550 No such user' }],
      deferred: [{ address: 'grey@plant.example', reason: '451 Try again in a minute' }],
    });
    expect(smtp.server.received).toHaveLength(1);
    expect(await smtp.mailer.send({ ...mail, to: ['gone@plant.example'] })).toEqual({
      kind: 'refused',
      reason: 'The mail server refuses it: 550 No such user',
      rejected: [{ address: 'gone@plant.example', reason: '550 No such user' }],
    });
    expect(await smtp.mailer.send({ ...mail, to: ['grey@plant.example'] })).toMatchObject({ kind: 'later' });
    expect(await smtp.mailer.send({ ...mail, to: ['gone@plant.example', 'grey@plant.example'] })).toEqual({
      kind: 'sent',
      accepted: [],
      rejected: [{ address: 'gone@plant.example', reason: '550 No such user' }],
      deferred: [{ address: 'grey@plant.example', reason: '451 Try again in a minute' }],
    });
  });

  it.each([
    { what: 'content refused for good', kind: 'refused', code: 554, at: 'onMail' },
    { what: 'content refused for now', kind: 'later', code: 452, at: 'onMail' },
    { what: 'a sender that is not allowed, which is a setting', kind: 'later', code: 550, at: 'onSender' },
    { what: 'a server that takes nobody now', kind: 'later', code: 421, at: 'onConnect' },
    { what: 'a server that takes nobody', kind: 'later', code: 554, at: 'onConnect' },
  ])('tells what can be tried again: $what', async ({ kind, code, at }) => {
    await using smtp = await open({ [at]: () => refuse(code, 'No') });
    const result = await smtp.mailer.send(mail);
    expect(result).toEqual({ kind, reason: expect.stringContaining(`${code} No`) });
    expect(smtp.server.received).toEqual([]);
  });

  it('signs in, and takes a wrong password for a setting that somebody will correct', async () => {
    const onLogin = (password: string) => password === 'right' || refuse(535, 'Bad password');
    await using server = await freshSmtpServer({ onLogin });
    const sendAs = async (password: string) => {
      const url = server.url.replace('smtp://', `smtp://millrace:${password}@`);
      await using mailer = await openSmtpMailer({ url, from: 'millrace@plant.example' });
      return mailer.send(mail); // closing waits for it
    };
    const result = await sendAs('wr0ng');
    expect(result).toMatchObject({ kind: 'later', reason: expect.stringContaining('535 Bad password') });
    expect(JSON.stringify(result)).not.toContain('wr0ng');
    expect(await sendAs('right')).toMatchObject({ kind: 'sent' });
  });

  it('asks for another try when no server is there, and sends when it is back', async () => {
    const server = await freshSmtpServer();
    await server.stop();
    await using mailer = await openSmtpMailer({ url: server.url, from: 'millrace@plant.example' });
    expect(await mailer.send(mail)).toEqual({ kind: 'later', reason: expect.stringContaining('ECONNREFUSED') });
    await using back = await freshSmtpServer({ port: Number(new URL(server.url).port) });
    expect(await mailer.send(mail)).toMatchObject({ kind: 'sent' });
    expect(back.received).toHaveLength(1);
  });

  it('asks for another try when the server dies in the middle, and goes on with the next mail', async () => {
    let isDying = true;
    const script: { cut?: () => void } & SmtpScript = {
      onMail: () => {
        if (isDying) script.cut?.();
        isDying = false;
      },
    };
    await using smtp = await open(script);
    script.cut = () => smtp.server.cut();
    expect(await smtp.mailer.send(mail), 'it had the whole text').toMatchObject({ kind: 'later', isUncertain: true });
    expect(await smtp.mailer.send(mail)).toMatchObject({ kind: 'sent' });
  });

  it('waits no longer than it was told for a server that says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    await using mailer = await openSmtpMailer({
      url: `smtp://127.0.0.1:${port}`,
      from: 'millrace@plant.example',
      connectTimeoutMs: 50,
      answerTimeoutMs: 50,
    });
    expect(await mailer.send(mail)).toEqual({ kind: 'later', reason: expect.any(String) });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });
});
