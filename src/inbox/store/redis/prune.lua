local done_before, dead_before, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])

local function forget(ended, before, most)
    local ids = call('ZRANGEBYSCORE', ended, '-inf', '(' .. seconds(before), 'LIMIT', 0, most)
    for _, id in ipairs(ids) do
        local index = call('HGET', meta(id), 'event')
        if index then
            call('ZREM', events .. ':' .. index, id)
        end
        call('ZREM', ended, id)
        call('HDEL', data, id)
        call('DEL', meta(id), known .. ':' .. id)
    end
    return #ids
end

local forgotten = forget(done, done_before, limit)
if forgotten < limit then
    forgotten = forgotten + forget(dead, dead_before, limit - forgotten)
end
for _, entity in ipairs(call('ZRANGEBYSCORE', handled, '-inf', '(' .. done_before, 'LIMIT', 0, limit)) do
    call('ZREM', handled, entity)
    call('HDEL', newest, entity)
end
return forgotten
