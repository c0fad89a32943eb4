local oldest = call('ZRANGE', open, 0, 0)[1]
return {
    call('ZCARD', open), tonumber(call('GET', bytes) or 0), call('ZCARD', dead),
    oldest and call('HGET', meta(oldest), 'received_at') or false
}
