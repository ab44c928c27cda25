/** Declares, describes and removes queues. Every change of a binding gives the bindings another version. */
import { MAX_PREFETCH } from '../../bus/broker.ts';
import { GROUP, RETURNED } from './keys.ts';
import { script } from './script.ts';

/**
 * KEYS: version, queues, stream, later, owner. ARGV: queue, kind, maxDeliveries, consumer, lease in ms, exchange,
 * patterns. Answer: nothing when it stands now; else the setting that differs, what it is and what was wanted.
 * A temporary queue whose owner is gone counts as none.
 */
export const declareScript = script(`
local version, queues, stream, later, owner = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local name, kind, maxDeliveries, consumer, lease, exchange = unpack(ARGV, 1, 6)
local said = redis.call('HGET', queues, name)
local queue = said and cjson.decode(said)
if queue and queue.kind == 'temporary' and redis.call('EXISTS', owner) == 0 then
  redis.call('DEL', stream, later)
  queue = nil
end
if queue then
  if queue.kind ~= kind then return { 'kind', queue.kind, kind } end
  if kind == 'temporary' and redis.call('GET', owner) ~= consumer then
    return { 'kind', 'temporary, with a subscriber', kind }
  end
  if queue.maxDeliveries ~= maxDeliveries then
    return { 'maxDeliveries', queue.maxDeliveries, maxDeliveries }
  end
end
local changed = not queue
queue = queue or { kind = kind, maxDeliveries = maxDeliveries, bindings = {} }
local known = {}
for _, binding in ipairs(queue.bindings) do known[binding[1] .. ' ' .. binding[2]] = true end
for i = 7, #ARGV do
  if not known[exchange .. ' ' .. ARGV[i]] then
    queue.bindings[#queue.bindings + 1] = { exchange, ARGV[i] }
    known[exchange .. ' ' .. ARGV[i]] = true
    changed = true
  end
end
if changed then
  local time = redis.call('TIME')
  redis.call('HSET', queues, name, cjson.encode(queue))
  redis.call('SET', version, time[1] .. '.' .. time[2] .. '.' .. name)
end
local created = redis.pcall('XGROUP', 'CREATE', stream, '${GROUP}', '0', 'MKSTREAM')
if created.err and not string.find(created.err, 'BUSYGROUP') then return created end
redis.call('XGROUP', 'CREATECONSUMER', stream, '${GROUP}', consumer)
if kind == 'temporary' then redis.call('SET', owner, consumer, 'PX', lease) end
return false
`);

/**
 * A consumer goes, and with it its temporary queue; what it still has in any other is given back, counted as handed out.
 * KEYS: version, queues, stream, later, owner. ARGV: queue, kind, consumer, bell.
 */
export const leaveScript = script(`
local version, queues, stream, later, owner = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local name, kind, consumer, bell = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if kind == 'temporary' then
  if redis.call('GET', owner) ~= consumer then return 0 end
  local time = redis.call('TIME')
  redis.call('DEL', stream, later, owner)
  redis.call('HDEL', queues, name)
  redis.call('SET', version, time[1] .. '.' .. time[2] .. '.' .. name)
  return 1
end
if redis.call('EXISTS', stream) == 0 then return 0 end
local pending = redis.call('XPENDING', stream, '${GROUP}', '-', '+', ${MAX_PREFETCH}, consumer)
for _, one in ipairs(pending) do
  redis.call('XCLAIM', stream, '${GROUP}', '${RETURNED}', 0, one[1], 'RETRYCOUNT', one[4], 'JUSTID')
end
if #pending > 0 then redis.call('PUBLISH', bell, 'returned 0 ' .. name) end
return redis.call('XGROUP', 'DELCONSUMER', stream, '${GROUP}', consumer)
`);

/** KEYS: version, queues. Answer: the version, and by turns the names of queues and what is known of them. */
export const bindingsScript = script(`
return { redis.call('GET', KEYS[1]) or '', redis.call('HGETALL', KEYS[2]) }
`);

/**
 * KEYS: queues, stream, later, dead. ARGV: queue, lease in ms. Answer: nothing for an unknown queue, else how many are
 * ready, how many dead, and how many consumers have been heard of within a lease.
 */
export const stateScript = script(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return false end
local ready, consumers = redis.call('XLEN', KEYS[2]) + redis.call('ZCARD', KEYS[3]), 0
if redis.call('EXISTS', KEYS[2]) == 1 then
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[2], '${GROUP}')) do
    local about = {}
    for i = 1, #consumer, 2 do about[consumer[i]] = consumer[i + 1] end
    if about.name ~= '${RETURNED}' then
      ready = ready - about.pending
      if about.idle <= tonumber(ARGV[2]) then consumers = consumers + 1 end
    end
  end
end
return { ready, redis.call('XLEN', KEYS[4]), consumers }
`);
