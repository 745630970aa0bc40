"""repr() names the process that holds the lock by its multiprocessing name."""

CLAUSES = ("lock.repr.owner", "rlock.repr.owner")
NAMES = {"fork": "ForkProcess-", "spawn": "SpawnProcess-", "forkserver": "ForkServerProcess-"}


def acquire_and_show(locks):
    shown = []
    for lock in locks:
        lock.acquire()
        shown.append(repr(lock))
        lock.release()
    return shown


def acquire_and_send(connection, locks):
    connection.send(acquire_and_show(locks))
    connection.close()


def case(kit):
    locks = [kit.Lock(), kit.RLock()]
    in_child = ["<Lock(owner=%s1)>", "<RLock(%s1, 1)>"]
    expected = repr([shown % NAMES[kit.start_method] for shown in in_child])
    kit.expect("repr() in the first child", lambda: kit.run_in_child(acquire_and_show, locks), expected)
    receiver, sender = kit.context.Pipe(duplex=False)
    child = kit.context.Process(target=acquire_and_send, args=(sender, locks), name="Ada")
    child.start()
    kit.expect("repr() in a child called Ada", receiver.recv, "['<Lock(owner=Ada)>', '<RLock(Ada, 1)>']")
    child.join()
