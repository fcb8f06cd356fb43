package dev.skerry.net.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Turns names into addresses. Thread-safe. */
@FunctionalInterface
public interface Resolver {
    /**
     * The addresses of a host, at least one, in the order in which they should be tried this time.
     * May block; call it on a virtual thread.
     *
     * @param host a name, or a literal address with or without brackets
     * @throws UnknownHostException when it has none, or nobody could be asked
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
