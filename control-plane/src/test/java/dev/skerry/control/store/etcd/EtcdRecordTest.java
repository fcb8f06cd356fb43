package dev.skerry.control.store.etcd;

import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.RecordContract;
import dev.skerry.control.store.StoreLimits;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;

final class EtcdRecordTest extends RecordContract {
    private final String prefix = UUID.randomUUID() + "/";

    @BeforeAll
    static void etcdIsThere() {
        EtcdServers.assumeThere();
    }

    @Override
    protected ControlStore open(StoreLimits limits) throws IOException {
        return OneEtcd.open(prefix, clock, limits);
    }
}
