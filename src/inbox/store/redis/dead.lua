local after, limit, room = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local start = 0
if after ~= '' then
    local rank = call('ZRANK', dead, after)
    local changed = call('HGET', meta(after), 'changed')
    if rank then
        start = rank + 1
    elseif changed then
        -- It is dead no longer: from where it would be.
        call('ZADD', dead, seconds(changed), after)
        start = call('ZRANK', dead, after)
        call('ZREM', dead, after)
    end
end

local ids = call('ZRANGE', dead, start, start + limit - 1)
local jobs, size = {}, 0
for _, id in ipairs(ids) do
    if size >= room then
        break
    end
    local event = call('HGET', data, id) or ''
    local attempts, error, changed = unpack(call('HMGET', meta(id), 'attempts', 'error', 'changed'))
    jobs[#jobs + 1] = { id, event, tonumber(attempts or 0), error or '', changed or '0' }
    size = size + #event
end
return { (#jobs < #ids or #ids == limit) and 1 or 0, jobs }
