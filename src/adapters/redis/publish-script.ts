/**
 * Puts messages into all of their queues, and answers into their inboxes, in one step.
 *
 * The publisher has resolved the patterns; the script answers nothing when the bindings have changed since. A message
 * goes to all of its queues or, when one is full, to none. A full queue is first rid of what has expired at its front.
 * A temporary queue whose process has died is removed on the way.
 *
 * KEYS: version. ARGV: base, version, longest queue, longest inbox, dead letters kept, number of routes; each route:
 * number of queues and, for each, its kind and name; each message: route (0: an answer), head, body, expiry in ms or
 * nothing, and for an answer its inbox and the place in it, else the settlement address or nothing, and nothing.
 * Answer: for each message how many queues took it, or the name of one that is full.
 */
import { GROUP } from './keys.ts';
import { script } from './script.ts';

/** Why a message that nobody took in time is given up. */
export const EXPIRED = 'nobody took it before it expired';
/** Entries at the front of a full queue that are looked at for those that have expired. */
const LOOKED_AT = 200;

export const publishScript = script(`
local base, longest, longestInbox, deadKept = ARGV[1], tonumber(ARGV[3]), ARGV[4], ARGV[5]
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[2] then return false end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function clearExpired(queue, kind)
  local key = base .. 'queue:' .. queue
  local gone = 0
  for _, entry in ipairs(redis.call('XRANGE', key, '-', '+', 'COUNT', ${LOOKED_AT})) do
    local id, fields = entry[1], entry[2]
    for i = 1, #fields, 2 do
      if fields[i] == 'expiresAt' and tonumber(fields[i + 1]) <= now
        and #redis.call('XPENDING', key, '${GROUP}', id, id, 1) == 0 then
        if kind == 'work' then
          redis.call('XADD', base .. 'dead:' .. queue, 'MAXLEN', '~', deadKept, '*',
            'reason', '${EXPIRED}', 'died', '0', 'deadAt', string.format('%.0f', now), unpack(fields))
        end
        gone = gone + redis.call('XDEL', key, id)
      end
    end
  end
  return gone
end

local states = {}
local function stateOf(kind, queue)
  local state = states[queue]
  if state then return state end
  local key = base .. 'queue:' .. queue
  state = { key = key, queue = queue, room = 0, isThere = true }
  states[queue] = state
  if kind == 'temporary' and redis.call('EXISTS', base .. 'owner:' .. queue) == 0 then
    state.isThere = false
    redis.call('DEL', key, base .. 'later:' .. queue)
    redis.call('HDEL', base .. 'queues', queue)
    redis.call('SET', KEYS[1], time[1] .. '.' .. time[2] .. '.' .. queue)
    return state
  end
  state.room = longest - redis.call('XLEN', key) - redis.call('ZCARD', base .. 'later:' .. queue)
  if state.room <= 0 then state.room = state.room + clearExpired(queue, kind) end
  return state
end

local place = 7
local routes = {}
for route = 1, tonumber(ARGV[6]) do
  local queues = {}
  local count = tonumber(ARGV[place])
  for i = 1, count do
    local state = stateOf(ARGV[place + 2 * i - 1], ARGV[place + 2 * i])
    if state.isThere then queues[#queues + 1] = state end
  end
  routes[route] = queues
  place = place + 1 + 2 * count
end

local results = {}
for at = place, #ARGV, 6 do
  local route, expires, to = tonumber(ARGV[at]), ARGV[at + 3], ARGV[at + 4]
  local fields = { 'head', ARGV[at + 1], 'body', ARGV[at + 2] }
  if expires ~= '' then
    fields[5] = 'expiresAt'
    fields[6] = string.format('%.0f', now + tonumber(expires))
  end
  local result = 0
  if route == 0 then
    fields[#fields + 1] = 'to'
    fields[#fields + 1] = ARGV[at + 5]
    if redis.call('XADD', base .. 'inbox:' .. to, 'NOMKSTREAM', 'MAXLEN', '~', longestInbox, '*', unpack(fields)) then
      result = 1
    end
  else
    if to ~= '' then
      fields[#fields + 1] = 'settle'
      fields[#fields + 1] = to
    end
    local queues = routes[route]
    result = #queues
    for _, state in ipairs(queues) do
      if state.room <= 0 then result = state.queue end
    end
    if result == #queues then
      for _, state in ipairs(queues) do
        redis.call('XADD', state.key, '*', unpack(fields))
        state.room = state.room - 1
      end
    end
  end
  results[#results + 1] = result
end
return results
`);
