package dev.skerry.control.store.etcd;

import dev.skerry.control.store.StoreLimits;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;

/** One member for all tests of this JVM that need no more, ended with it. */
public final class OneEtcd {
    private OneEtcd() {}

    private static final class Running {
        static final EtcdServers SERVERS = start();

        private static EtcdServers start() {
            try {
                return EtcdServers.start(1);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The member. */
    public static EtcdServers servers() {
        return Running.SERVERS;
    }

    static EtcdStore open(String prefix, InstantSource wall, StoreLimits limits)
            throws IOException {
        return EtcdStore.open(
                servers().at(prefix),
                wall,
                System::nanoTime,
                limits,
                Duration.ofSeconds(10),
                Keeper.Pace.USUAL);
    }
}
