package dev.skerry.proxy.upstream;

import dev.skerry.net.client.HttpClient;
import dev.skerry.proxy.upstream.health.RetryBudget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.LongSupplier;

/** What all fetches of one pool or ring share. */
record Transport(
        HttpClient client, AddressLookup addresses, RetryBudget retries, LongSupplier nanoTime) {
    /** A literal needs no lookup. */
    List<InetAddress> lookup(String host) throws UnknownHostException {
        try {
            return List.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return addresses.lookup(host);
        }
    }
}
