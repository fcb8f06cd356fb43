package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.device.GuardedDevice;
import dev.skerry.cache.store.disk.device.RefusedException;
import dev.skerry.cache.store.disk.device.Superblock;
import dev.skerry.cache.store.disk.policy.SiteShare;
import dev.skerry.cache.store.disk.segment.LogOpener;
import dev.skerry.cache.store.disk.segment.SegmentFiles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A disk of a set: its device, and the tier over it as long as it serves. Thread-safe. */
final class Member {
    private final DiskSource source;
    private final DiskGround ground;
    private final Listener listener;

    private @Nullable UUID id;
    private @Nullable Device device;
    private volatile @Nullable DiskTier tier;

    /** Of the tier that serves, or of the last one. */
    private volatile DiskCounters counters = new DiskCounters();

    private volatile DiskStatus.State state = DiskStatus.State.ABSENT;
    private volatile String reason = "";
    private volatile long since;

    private volatile Consumer<CacheKey> told = key -> {};

    /** By the digests of their names. */
    private Map<Integer, SiteShare> shares = Map.of();

    /** Hears of a disk that has stepped aside, on the thread that met the error. */
    interface Listener {
        /** With what has to be closed. */
        void steppedAside(Member member, Runnable leftovers);
    }

    Member(DiskSource source, DiskGround ground, Listener listener) {
        this.source = source;
        this.ground = ground;
        this.listener = listener;
    }

    /** See {@link dev.skerry.cache.store.LowerTier#onLeft}; holds for tiers served later too. */
    void onLeft(Consumer<CacheKey> to) {
        told = to;
    }

    /** What sites may take of this disk, whichever tier serves it. */
    synchronized void share(Map<Integer, SiteShare> bySite) {
        shares = bySite;
        DiskTier serving = tier;
        if (serving != null) {
            serving.shares().set(bySite);
        }
    }

    DiskSource source() {
        return source;
    }

    /** Null if it was never opened. */
    synchronized @Nullable UUID id() {
        return id;
    }

    /** The device while it is whole. */
    synchronized @Nullable Device device() {
        return device;
    }

    /** What serves; null while nothing does. */
    @Nullable DiskTier tier() {
        return tier;
    }

    DiskStatus status() {
        return new DiskStatus(
                source.name(), state, reason, since, source.options().bytes(), tier, counters);
    }

    /** It could not be opened. */
    synchronized void absent(IOException e) {
        reason = reason(e);
        since = ground.clock().wall().getAsLong();
    }

    /** Opens the device: the disk is in the set from now on. */
    synchronized Device open() throws IOException {
        Device opened = source.opener().open();
        try {
            LogOpener.refuseOtherVersions(opened);
        } catch (RefusedException e) {
            opened.close();
            throw e;
        }
        Superblock found = opened.superblock();
        if (id == null) {
            id = found.disk();
        }
        Device[] guarded = new Device[1];
        guarded[0] =
                new GuardedDevice(
                        opened, ground.clock().monotonic(), e -> stepAside(guarded[0], e));
        device = guarded[0];
        return guarded[0];
    }

    /** Gives a device back that cannot be used. */
    synchronized void abandon() {
        if (device != null) {
            device.close();
            device = null;
        }
    }

    /** Recovers what the device holds, and serves it. */
    void serve() throws IOException {
        Device opened = device();
        if (opened == null) {
            return;
        }
        Superblock superblock = opened.superblock();
        DiskTier recovered =
                DiskTier.open(
                        opened,
                        options(superblock),
                        ground.memory(),
                        ground.clock(),
                        ground.survivors(),
                        new Belonging(superblock)::keeps);
        recovered.onLeft(key -> told.accept(key));
        synchronized (this) {
            if (opened.equals(device)) {
                reason = "";
                since = ground.clock().wall().getAsLong();
                state = DiskStatus.State.SERVING;
                recovered.shares().set(shares);
                recovered.counters().addAll(counters);
                counters = recovered.counters();
                tier = recovered;
                return;
            }
        }
        // It failed meanwhile.
        recovered.close();
    }

    /** Nothing more is asked of it, for this reason. */
    void stepAside(@Nullable Device failed, IOException e) {
        DiskTier left;
        synchronized (this) {
            if (failed == null || !failed.equals(device)) {
                return;
            }
            device = null;
            left = tier;
            tier = null;
            reason = reason(e);
            since = ground.clock().wall().getAsLong();
            state = DiskStatus.State.FAILED;
        }
        listener.steppedAside(this, left == null ? failed::close : left::close);
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** The sizes with which the disk is used: segments keep theirs as long as enough fit. */
    DiskOptions options(Superblock superblock) {
        long segmentBytes = superblock.segmentBytes();
        return segmentBytes != 0 && source.options().fits(segmentBytes)
                ? source.options().withSegments(segmentBytes)
                : source.options();
    }

    /** Forgets everything that a device holds, durably. */
    static void empty(Device device) throws IOException {
        for (String name : device.list()) {
            if (SegmentFiles.number(name).isPresent()) {
                device.delete(name);
            }
        }
        device.sync();
    }

    /** The superblock of an empty disk of this set. */
    Superblock emptied(String mark, Set<UUID> disks) {
        return new Superblock(
                Objects.requireNonNull(id()),
                mark,
                source.options().segmentBytes(),
                List.of(new Superblock.Era(0, disks)));
    }

    /** Closes what is open. */
    void close() {
        DiskTier left;
        Device held;
        synchronized (this) {
            left = tier;
            held = device;
            tier = null;
            device = null;
        }
        if (left != null) {
            left.close();
        } else if (held != null) {
            held.close();
        }
    }
}
