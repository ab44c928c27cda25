/** Replays and drops dead letters. Letters are named by their place in the stream, so that nobody replays one twice. */
import { script } from './script.ts';

/** KEYS: dead, stream. ARGV: ids. Each goes back as if it were new. Answer: how many did. */
export const replayScript = script(`
local ofDeath = { reason = true, died = true, deadAt = true, expiresAt = true }
local count = 0
for _, id in ipairs(ARGV) do
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  if entry then
    local fields = {}
    for i = 1, #entry[2], 2 do
      if not ofDeath[entry[2][i]] then
        fields[#fields + 1] = entry[2][i]
        fields[#fields + 1] = entry[2][i + 1]
      end
    end
    redis.call('XADD', KEYS[2], '*', unpack(fields))
    redis.call('XDEL', KEYS[1], id)
    count = count + 1
  end
end
return count
`);

/** KEYS: dead. ARGV: base, longest inbox; then by turns an id and its settlement address or nothing. Answer: how many went. */
export const dropScript = script(`
local base, longestInbox = ARGV[1], ARGV[2]
local count = 0
for i = 3, #ARGV, 2 do
  if redis.call('XDEL', KEYS[1], ARGV[i]) == 1 then
    count = count + 1
    local inbox, tag = string.match(ARGV[i + 1], '^([^.]*)%.(.*)$')
    if inbox then
      redis.call('XADD', base .. 'inbox:' .. inbox, 'NOMKSTREAM', 'MAXLEN', '~', longestInbox, '*', 'settled', tag)
    end
  end
end
return count
`);
