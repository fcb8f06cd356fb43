package dev.skerry.proxy.upstream;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * In which order the addresses of one upstream are tried: in turn, those that lately refused a
 * connection last. Thread-safe.
 */
final class AddressOrder {
    private static final long SHUNNED_NANOS = Duration.ofSeconds(10).toNanos();

    private final LongSupplier nanoTime;
    private final Map<InetAddress, Long> failedAt = new HashMap<>();
    private int turn;

    AddressOrder(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized List<InetAddress> order(List<InetAddress> addresses) {
        // Only what the name still resolves to is remembered, so the map stays small.
        failedAt.keySet().retainAll(addresses);
        if (addresses.size() == 1) {
            return addresses;
        }
        long now = nanoTime.getAsLong();
        failedAt.values().removeIf(at -> now - at > SHUNNED_NANOS);
        turn = (turn + 1) % addresses.size();
        List<InetAddress> order = new ArrayList<>(addresses.size());
        List<InetAddress> shunned = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            InetAddress address = addresses.get((turn + i) % addresses.size());
            (failedAt.containsKey(address) ? shunned : order).add(address);
        }
        order.addAll(shunned);
        return order;
    }

    synchronized void failed(InetAddress address) {
        failedAt.put(address, nanoTime.getAsLong());
    }

    synchronized void worked(InetAddress address) {
        failedAt.remove(address);
    }
}
