package dev.skerry.proxy.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a name. Thread-safe; may block. */
@FunctionalInterface
public interface AddressLookup {
    /**
     * The addresses, at least one, in order of preference.
     *
     * @throws UnknownHostException when the name has none
     */
    List<InetAddress> lookup(String host) throws UnknownHostException;
}
