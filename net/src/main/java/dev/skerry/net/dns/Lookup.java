package dev.skerry.net.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** Asks once for the addresses of a name. */
@FunctionalInterface
interface Lookup {
    /**
     * The present answer.
     *
     * @throws IOException when nobody answered
     */
    Answer lookup(String name) throws IOException;

    /**
     * What was answered.
     *
     * @param addresses empty when the name has none
     * @param ttl how long that holds
     */
    record Answer(List<InetAddress> addresses, Duration ttl) {}
}
