package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.device.RefusedException;
import dev.skerry.cache.store.disk.device.Superblock;
import dev.skerry.cache.store.disk.format.SiteDigest;
import dev.skerry.cache.store.disk.policy.SiteShare;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tier below memory on one or several disks: each key belongs to one of them. A disk that
 * proves broken steps aside: its keys miss, the others go on. It comes back empty, since it has
 * missed what was replaced and removed meanwhile; for the same reason its mark is not trusted at a
 * later start.
 */
public final class DiskSet implements LowerTier {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSet.class);

    /** A wait ends when a disk is closed, of which there are not so many, or after its time. */
    private static final long CLOSING_MILLIS = 5000;

    private static final int CLOSING_WAITS = 4;

    private final List<Member> members = new ArrayList<>();
    private final Map<UUID, Member> byId;
    private final Spread spread;
    private final DiskMarks marks;

    /** One at a time marks disks, gives up what a failed one leaves, or brings one back. */
    private final Object changing = new Object();

    private volatile Map<String, SiteShare> shares = Map.of();
    private String mark;
    private boolean opened;

    /** How many disks have stepped aside and are not closed yet. */
    private final AtomicInteger leaving = new AtomicInteger();

    private DiskSet(List<DiskSource> sources, DiskMarks marks, DiskGround ground)
            throws IOException {
        this.marks = marks;
        for (DiskSource source : sources) {
            members.add(new Member(source, ground, this::steppedAside));
        }
        SetOpening opening = new SetOpening(members, marks);
        byId = opening.devices();
        spread = new Spread(byId.keySet());
        try {
            mark = opening.mark(byId);
        } catch (IOException | RuntimeException e) {
            members.forEach(Member::close);
            throw e;
        }
        opening.serve(byId);
    }

    /**
     * Opens the disks. One that has missed something begins empty; one that is broken is left out.
     *
     * @param sources 1 to {@link Superblock#MAX_DISKS}
     * @throws RefusedException if an operator has to act: a directory is in use by another process,
     *     of another format, or not Skerry's
     * @throws IOException if the marks of the disks cannot be kept
     */
    public static DiskSet open(List<DiskSource> sources, DiskMarks marks, DiskGround ground)
            throws IOException {
        if (sources.isEmpty() || sources.size() > Superblock.MAX_DISKS) {
            throw new IllegalArgumentException(sources.size() + " disks");
        }
        DiskSet set = new DiskSet(sources, marks, ground);
        set.begin();
        return set;
    }

    /** How the disks do, in the order in which they were given. */
    public List<DiskStatus> disks() {
        return members.stream().map(Member::status).toList();
    }

    /** The most bytes that all disks may take, those that do not serve included. */
    public long capacity() {
        return members.stream().mapToLong(member -> member.source().options().bytes()).sum();
    }

    /**
     * What sites may take from now on: of each disk its part. What a site has beyond a new cap goes
     * as its segments are reclaimed.
     *
     * @param bySite of all disks together, by name; a site that is not named may take everything
     */
    public void share(Map<String, SiteShare> bySite) {
        shares = Map.copyOf(bySite);
        double all = capacity();
        for (Member member : members) {
            double part = member.source().options().bytes() / all;
            Map<Integer, SiteShare> shares = new HashMap<>();
            bySite.forEach((site, share) ->
                    shares.merge(SiteDigest.of(site), share.of(part), SiteShare::and));
            member.share(shares);
        }
    }

    /** What a site may take of all disks together. */
    public SiteShare share(String site) {
        return shares.getOrDefault(site, SiteShare.ANY);
    }

    /**
     * The bytes that a site takes on the disks that serve. What was replaced or removed counts
     * until its segment is reclaimed.
     */
    public long siteBytes(String site) {
        int digest = SiteDigest.of(site);
        long bytes = 0;
        for (Member member : members) {
            DiskTier tier = member.tier();
            bytes += tier == null ? 0 : tier.shares().bytes(digest);
        }
        return bytes;
    }

    /**
     * Brings a disk back that has stepped aside, empty. Nothing happens if it serves.
     *
     * @param name as it was given
     * @throws RefusedException if an operator has to act
     * @throws IOException if it is broken still
     */
    public void restore(String name) throws IOException {
        for (Member member : members) {
            if (member.source().name().equals(name)) {
                restore(member);
                return;
            }
        }
        throw new RefusedException("there is no disk " + name + ".");
    }

    private void restore(Member member) throws IOException {
        awaitLeaving();
        synchronized (changing) {
            if (member.tier() != null) {
                return;
            }
            UUID id = member.id();
            if (id == null || byId.get(id) != member) {
                throw new RefusedException(
                        member.source().name()
                                + " was not there when the node started: restart the node to use"
                                + " it.");
            }
            Device device = member.open();
            try {
                Superblock found = device.superblock();
                if (!found.disk().equals(id) && !found.equals(Superblock.fresh(found.disk()))) {
                    throw new RefusedException(
                            member.source().name()
                                    + " is another disk now, which was used elsewhere: empty it, or"
                                    + " restart the node.");
                }
                Member.empty(device);
                device.renew(member.emptied(mark, byId.keySet()));
                member.serve();
            } catch (IOException | RuntimeException e) {
                member.abandon();
                throw e;
            }
            LOG.info("{} serves again, empty", member.source().name());
        }
    }

    private void begin() {
        synchronized (changing) {
            opened = true;
            boolean failed = byId.values().stream().anyMatch(member -> member.tier() == null);
            if (failed) {
                markAnew();
            }
        }
    }

    private void steppedAside(Member member, Runnable leftovers) {
        LOG.error(
                "{} has stepped aside: {}. Its responses are fetched anew until it is brought back.",
                member.source().name(),
                member.status().reason());
        leaving.incrementAndGet();
        // Whoever met the error goes on: it may be the thread that has to end first.
        Thread.ofPlatform().daemon().name("disk-leave").start(() -> leave(leftovers));
    }

    private void leave(Runnable leftovers) {
        synchronized (changing) {
            if (opened) {
                markAnew();
            }
        }
        try {
            leftovers.run();
        } finally {
            synchronized (leaving) {
                leaving.decrementAndGet();
                leaving.notifyAll();
            }
        }
    }

    /** A disk misses changes from now on: its mark must not be trusted when it is opened again. */
    private void markAnew() {
        try {
            mark = marks.begin();
            for (Member member : byId.values()) {
                renew(member);
            }
            marks.settle();
        } catch (IOException e) {
            LOG.error(
                    "It could not be noted that a disk has stepped aside: empty its directory before"
                            + " the node starts again with it. {}",
                    e.getMessage());
        }
    }

    private void renew(Member member) {
        Device device = member.device();
        if (device == null) {
            return;
        }
        Superblock before = device.superblock();
        try {
            device.renew(new Superblock(before.disk(), mark, before.segmentBytes(), before.eras()));
        } catch (IOException e) {
            // It steps aside as well, and another mark is drawn.
            member.stepAside(device, e);
        }
    }

    private void awaitLeaving() throws IOException {
        try {
            synchronized (leaving) {
                for (int i = 0; leaving.get() > 0 && i < CLOSING_WAITS; i++) {
                    leaving.wait(CLOSING_MILLIS);
                }
                if (leaving.get() > 0) {
                    throw new IOException("a disk that has stepped aside is not closed yet");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** What a key belongs to; null while that disk does not serve. */
    private @Nullable DiskTier tier(CacheKey key) {
        if (byId.isEmpty()) {
            return null;
        }
        Member member = byId.get(spread.owner(key));
        return member == null ? null : member.tier();
    }

    @Override
    public boolean mayHold(CacheKey key) {
        DiskTier tier = tier(key);
        return tier != null && tier.mayHold(key);
    }

    @Override
    public Look tryLoad(CacheKey key, LoadSink sink) {
        DiskTier tier = tier(key);
        return tier == null ? Look.DONE : tier.tryLoad(key, sink);
    }

    @Override
    public void load(CacheKey key, LoadSink sink, Runnable then) {
        DiskTier tier = tier(key);
        if (tier == null) {
            then.run();
        } else {
            tier.load(key, sink, then);
        }
    }

    @Override
    public boolean holds(CacheKey key, StoredResponse response) {
        DiskTier tier = tier(key);
        return tier != null && tier.holds(key, response);
    }

    @Override
    public boolean write(
            CacheKey key,
            StoredHead head,
            long bodyId,
            long length,
            List<Part> parts,
            boolean used) {
        DiskTier tier = tier(key);
        if (tier == null) {
            ResponseWriting.release(parts);
            return false;
        }
        return tier.write(key, head, bodyId, length, parts, used);
    }

    @Override
    public void used(CacheKey key) {
        DiskTier tier = tier(key);
        if (tier != null) {
            tier.used(key);
        }
    }

    @Override
    public void remove(CacheKey key, StoredHead variant) {
        DiskTier tier = tier(key);
        if (tier != null) {
            tier.remove(key, variant);
        }
    }

    @Override
    public void onLeft(Consumer<CacheKey> told) {
        members.forEach(member -> member.onLeft(told));
    }

    @Override
    public @Nullable Spill spill(CacheKey key, KeyName name, long from, long expectedLength) {
        DiskTier tier = tier(key);
        return tier == null ? null : tier.spill(key, name, from, expectedLength);
    }

    @Override
    public void list(Listing listing) {
        for (Member member : members) {
            DiskTier tier = member.tier();
            Placed placed = new Placed(member.source().name(), listing);
            if (tier != null) {
                tier.list(placed);
            }
            if (placed.enough) {
                return;
            }
        }
    }

    @Override
    public void list(CacheKey key, Listing listing) {
        Member member = byId.isEmpty() ? null : byId.get(spread.owner(key));
        DiskTier tier = member == null ? null : member.tier();
        if (member != null && tier != null) {
            tier.list(key, new Placed(member.source().name(), listing));
        }
    }

    /** Estimates as {@link DiskTier#estimate} does, over all disks. */
    public Estimate estimate(String site, Predicate<Listing.Entry> hit, BooleanSupplier enough) {
        Estimate all = Estimate.NONE;
        for (Member member : members) {
            DiskTier tier = member.tier();
            if (tier != null) {
                all = all.plus(tier.estimate(site, hit, enough));
            }
        }
        return all;
    }

    /** Says of what a disk has which disk that is. */
    private static final class Placed implements Listing {
        private final String disk;
        private final Listing listing;
        private boolean enough;

        private Placed(String disk, Listing listing) {
            this.disk = disk;
            this.listing = listing;
        }

        @Override
        public boolean wants(KeyName name) {
            return listing.wants(name);
        }

        @Override
        public boolean take(Entry entry) {
            enough = !listing.take(entry.at(disk + " " + entry.place()));
            return !enough;
        }
    }

    @Override
    public long bytes() {
        long bytes = 0;
        for (Member member : members) {
            DiskTier tier = member.tier();
            bytes += tier == null ? 0 : tier.bytes();
        }
        return bytes;
    }

    @Override
    public void close() {
        members.forEach(Member::close);
        try {
            awaitLeaving();
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage());
        }
    }
}
