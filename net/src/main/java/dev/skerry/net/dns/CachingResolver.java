package dev.skerry.net.dns;

import dev.skerry.net.dns.Lookup.Answer;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers for their TTL. The hosts file is asked first, then the name servers of {@code
 * /etc/resolv.conf}; where that names none, the JDK, whose answers are kept for 30 s. One lookup at
 * a time is made for a name.
 *
 * <p>An answer whose TTL is over is used for {@link #BEHIND} more while another thread asks anew.
 * After that callers wait for the new one; if none comes, the last good addresses are kept for
 * {@link #LAST_GOOD}. A name that is known not to exist has no addresses at once.
 */
public final class CachingResolver implements Resolver {
    /** The least time for which an answer is kept, whatever its TTL. */
    public static final Duration MIN_TTL = Duration.ofSeconds(1);

    /** The most, so that a mistake in a zone does not last for days. */
    public static final Duration MAX_TTL = Duration.ofHours(1);

    /** How long a failure, or a name without addresses, is remembered at most. */
    public static final Duration NEGATIVE = Duration.ofSeconds(5);

    /** How long an answer may be used past its TTL while it is being refreshed. */
    public static final Duration BEHIND = Duration.ofSeconds(30);

    /** How long past its TTL an answer may be used when nobody answers. */
    public static final Duration LAST_GOOD = Duration.ofHours(1);

    private static final int MAX_NAMES = 10_000;
    private static final Duration JDK_ANSWERS_HOLD = Duration.ofSeconds(30);

    private final Lookup lookup;
    private final LongSupplier ticker;
    private final Executor refreshers;
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

    /**
     * A resolver with the system's configuration, read now.
     *
     * @param ticker monotonic nanoseconds of any origin
     */
    public static CachingResolver ofSystem(LongSupplier ticker) {
        ResolvConf conf = ResolvConf.read(Path.of("/etc/resolv.conf"));
        Lookup remote =
                conf.servers().isEmpty()
                        ? CachingResolver::askJdk
                        : new NameServers(conf, reachesIpv6(), new SecureRandom()::nextInt, ticker);
        return new CachingResolver(
                new HostsFile(Path.of("/etc/hosts"), remote),
                ticker,
                task -> Thread.ofVirtual().name("dns-refresh").start(task));
    }

    /**
     * A resolver over any lookup.
     *
     * @param refreshers run lookups behind
     */
    CachingResolver(Lookup lookup, LongSupplier ticker, Executor refreshers) {
        this.lookup = lookup;
        this.ticker = ticker;
        this.refreshers = refreshers;
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        InetAddress literal = literal(host);
        if (literal != null) {
            return List.of(literal);
        }
        if (entries.size() > MAX_NAMES) {
            entries.values().removeIf(Entry::isPastUse);
        }
        return entries.computeIfAbsent(host.toLowerCase(Locale.ROOT), Entry::new).addresses();
    }

    private static @Nullable InetAddress literal(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!bracketed && host.indexOf(':') < 0 && !host.matches("[0-9.]+")) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(bracketed ? host.substring(1, host.length() - 1) : host);
        } catch (IllegalArgumentException name) {
            return null;
        }
    }

    private static Answer askJdk(String name) throws IOException {
        try {
            return new Answer(List.of(InetAddress.getAllByName(name)), JDK_ANSWERS_HOLD);
        } catch (UnknownHostException unknown) {
            throw new IOException(unknown);
        }
    }

    /** Whether this machine has an address from which IPv6 servers can be reached. */
    private static boolean reachesIpv6() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(a ->
                            a instanceof Inet6Address
                                    && !a.isLoopbackAddress()
                                    && !a.isLinkLocalAddress());
        } catch (SocketException unknown) {
            return false;
        }
    }

    /** What is known of one name. Its lock is held while a caller waits for an answer. */
    private final class Entry {
        private final String name;
        private final ReentrantLock asking = new ReentrantLock();
        private final AtomicBoolean refreshing = new AtomicBoolean();
        private final AtomicInteger turn = new AtomicInteger();
        private volatile Known known = new Known(List.of(), ticker.getAsLong(), "not asked yet");

        Entry(String name) {
            this.name = name;
        }

        List<InetAddress> addresses() throws UnknownHostException {
            Known now = known;
            if (!now.isFresh()) {
                if (now.isUsedWhileAsking()) {
                    refreshBehind(now);
                } else {
                    refreshBefore(now);
                }
                now = known;
            }
            if (now.addresses.isEmpty()) {
                throw new UnknownHostException(name + ": " + now.reason);
            }
            List<InetAddress> rotated = new ArrayList<>(now.addresses);
            Collections.rotate(rotated, -Math.floorMod(turn.getAndIncrement(), rotated.size()));
            return rotated;
        }

        boolean isPastUse() {
            Known now = known;
            return !now.isFresh() && !now.isWithin(LAST_GOOD);
        }

        private void refreshBehind(Known seen) {
            if (refreshing.compareAndSet(false, true)) {
                refreshers.execute(() -> {
                    try {
                        refreshBefore(seen);
                    } finally {
                        refreshing.set(false);
                    }
                });
            }
        }

        private void refreshBefore(Known seen) {
            asking.lock();
            try {
                // Another caller may have asked while this one waited.
                if (known.equals(seen)) {
                    ask();
                }
            } finally {
                asking.unlock();
            }
        }

        private void ask() {
            Known before = known;
            try {
                Answer answer = lookup.lookup(name);
                known =
                        answer.addresses().isEmpty()
                                ? known(List.of(), answer.ttl(), NEGATIVE, "no such host")
                                : known(answer.addresses(), answer.ttl(), MAX_TTL, "");
            } catch (IOException nobodyAnswered) {
                String reason = String.valueOf(nobodyAnswered.getMessage());
                known =
                        before.isWithin(LAST_GOOD)
                                ? before.lookedUpAgain(NEGATIVE)
                                : known(List.of(), NEGATIVE, NEGATIVE, reason);
            }
        }

        private Known known(List<InetAddress> addresses, Duration ttl, Duration most, String why) {
            Duration least = ttl.compareTo(MIN_TTL) < 0 ? MIN_TTL : ttl;
            Duration kept = least.compareTo(most) > 0 ? most : least;
            return new Known(addresses, ticker.getAsLong() + kept.toNanos(), why);
        }
    }

    /** One answer, or the lack of one with its reason. */
    private final class Known {
        private final List<InetAddress> addresses;
        private final long ends;
        private final long asksAgain;
        private final String reason;

        Known(List<InetAddress> addresses, long ends, String reason) {
            this(addresses, ends, ends, reason);
        }

        private Known(List<InetAddress> addresses, long ends, long asksAgain, String reason) {
            this.addresses = addresses;
            this.ends = ends;
            this.asksAgain = asksAgain;
            this.reason = reason;
        }

        /** The same addresses with the same end, but servers are left alone for a while. */
        Known lookedUpAgain(Duration pause) {
            long later = ticker.getAsLong() + pause.toNanos();
            return new Known(addresses, ends, later, reason);
        }

        boolean isFresh() {
            return ticker.getAsLong() - asksAgain < 0;
        }

        /** Nobody waits long for servers that did not answer the last time. */
        boolean isUsedWhileAsking() {
            boolean failing = asksAgain != ends;
            return isWithin(failing ? LAST_GOOD : BEHIND);
        }

        /** Whether these are addresses whose time ended no longer ago than that. */
        boolean isWithin(Duration past) {
            return !addresses.isEmpty() && ticker.getAsLong() - ends < past.toNanos();
        }
    }
}
