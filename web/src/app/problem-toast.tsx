/** Tells the reader what went wrong and what to do about it, in the server's own words where it has some. */
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { ApiProblem, UNREACHABLE } from '../api/http.ts';
import { AlertIcon, CheckIcon } from './icons.tsx';

export type ProblemText = { readonly detail: string; readonly action: string };

export function textOfProblem(error: unknown): ProblemText {
  if (error instanceof ApiProblem && error.code !== UNREACHABLE) {
    return { detail: error.detail, action: error.action };
  }
  if (error instanceof ApiProblem) {
    return { detail: i18next.t('problem.unreachable'), action: i18next.t('problem.unreachableAction') };
  }
  return { detail: error instanceof Error ? error.message : String(error), action: i18next.t('problem.reload') };
}

export function toastProblem(error: unknown): void {
  const { detail, action } = textOfProblem(error);
  notifications.show({
    color: 'danger',
    icon: <AlertIcon />,
    title: detail,
    message: action,
    autoClose: 10_000,
    withCloseButton: true,
    closeButtonProps: { 'aria-label': i18next.t('close') },
  });
}

export function toastDone(message: string): void {
  notifications.show({
    color: 'teal',
    icon: <CheckIcon />,
    message,
    autoClose: 5_000,
    closeButtonProps: { 'aria-label': i18next.t('close') },
  });
}
