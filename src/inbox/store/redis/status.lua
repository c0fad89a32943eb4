local id = call('ZREVRANGE', events .. ':' .. ARGV[1], 0, 0)[1]
if not id then
    return {}
end
local fields = call('HMGET', meta(id), 'status', 'attempts', 'received_at', 'changed', 'due', 'error', 'obsolete')
-- Somebody else's broom was here.
if not fields[1] then
    return {}
end
table.insert(fields, 1, id)
return fields
