package dev.skerry.control.store.etcd;

import java.io.IOException;

/**
 * Lets only the leader write.
 *
 * @param leader the key that says who it is
 * @param modified when it was written by this process
 */
record Fence(EtcdClient client, String leader, long modified) {
    /**
     * Commits what the leader wants.
     *
     * @throws IOException when somebody else leads by now, or etcd does not answer
     */
    void commit(Txn txn) throws IOException {
        txn.ifModified(leader, modified);
        if (!client.txn(txn).succeeded()) {
            throw new IOException("another process keeps etcd tidy by now");
        }
    }
}
