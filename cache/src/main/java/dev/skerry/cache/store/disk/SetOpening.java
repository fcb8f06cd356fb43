package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.device.DeviceFullException;
import dev.skerry.cache.store.disk.device.RefusedException;
import dev.skerry.cache.store.disk.device.Superblock;
import dev.skerry.cache.store.disk.segment.SegmentFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of a set of disks. Before anything is served, every disk that has missed something is
 * emptied, every superblock says which disks are used together from now on, and every disk carries
 * a new mark.
 */
final class SetOpening {
    private static final Logger LOG = LoggerFactory.getLogger(SetOpening.class);

    private final List<Member> members;
    private final DiskMarks marks;

    SetOpening(List<Member> members, DiskMarks marks) {
        this.members = members;
        this.marks = marks;
    }

    /**
     * Opens the devices.
     *
     * @return those that are there
     * @throws RefusedException if an operator has to act; nothing is open then
     */
    Map<UUID, Member> devices() throws RefusedException {
        Map<UUID, Member> found = new TreeMap<>();
        try {
            for (Member member : members) {
                device(member, found);
            }
        } catch (RefusedException | RuntimeException e) {
            members.forEach(Member::close);
            throw e;
        }
        return found;
    }

    private static void device(Member member, Map<UUID, Member> found) throws RefusedException {
        try {
            UUID id = member.open().superblock().disk();
            Member other = found.put(id, member);
            if (other != null) {
                throw new RefusedException(
                        "%s is a copy of %s: empty one of them."
                                .formatted(member.source().name(), other.source().name()));
            }
        } catch (RefusedException e) {
            throw e;
        } catch (IOException e) {
            LOG.error(
                    "{} cannot be used, its responses go to the other disks: {}",
                    member.source().name(),
                    e.getMessage());
            member.absent(e);
        }
    }

    /**
     * Empties what must be, and marks all.
     *
     * @return the mark
     * @throws IOException when marks cannot be kept
     */
    String mark(Map<UUID, Member> found) throws IOException {
        Map<Member, List<Superblock.Era>> eras = new HashMap<>();
        for (Member member : found.values()) {
            try {
                eras.put(member, eras(member, found.keySet()));
            } catch (IOException e) {
                failed(member, e);
            }
        }
        String mark = marks.begin();
        for (Member member : found.values()) {
            Device device = member.device();
            if (device != null) {
                renew(member, device, mark, eras.getOrDefault(member, List.of()));
            }
        }
        marks.settle();
        return mark;
    }

    private void renew(Member member, Device device, String mark, List<Superblock.Era> eras) {
        Superblock before = device.superblock();
        long segmentBytes = member.options(before).segmentBytes();
        Superblock next = new Superblock(before.disk(), mark, segmentBytes, eras);
        try {
            try {
                device.renew(next);
            } catch (DeviceFullException e) {
                device.delete(SegmentFiles.name(segments(device).getMin()));
                device.renew(next);
            }
        } catch (IOException e) {
            failed(member, e);
        }
    }

    /** Reads what the devices hold, all at a time. */
    void serve(Map<UUID, Member> found) {
        List<Thread> threads = new ArrayList<>();
        for (Member member : found.values()) {
            threads.add(
                    Thread.ofPlatform()
                            .name("disk-open-" + threads.size())
                            .start(() -> serve(member)));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void serve(Member member) {
        try {
            member.serve();
        } catch (IOException e) {
            failed(member, e);
        }
    }

    private static void failed(Member member, IOException e) {
        // The guard has told already if it was the device; otherwise there is no memory, say.
        member.stepAside(member.device(), e);
    }

    /** The eras of a disk from now on; it is emptied if it may have missed something. */
    private List<Superblock.Era> eras(Member member, Set<UUID> disks) throws IOException {
        Device device = Objects.requireNonNull(member.device());
        Superblock superblock = device.superblock();
        LongSummaryStatistics segments = segments(device);
        List<Superblock.Era> eras = List.of(new Superblock.Era(0, disks));
        if (segments.getCount() == 0) {
            return eras;
        }
        if (!marks.trusts(superblock.lineage())) {
            empty(member, device, "it is not known what of it was purged or replaced since");
            return eras;
        }
        if (member.options(superblock).segmentBytes() < superblock.segmentBytes()) {
            empty(member, device, "its new size has no room for segments of the old one");
            return eras;
        }
        eras = eras(superblock.eras(), segments, disks);
        if (eras.size() > Superblock.MAX_ERAS) {
            empty(member, device, "the set of disks changed too often");
            return List.of(new Superblock.Era(0, disks));
        }
        return eras;
    }

    private static List<Superblock.Era> eras(
            List<Superblock.Era> before, LongSummaryStatistics segments, Set<UUID> disks) {
        List<Superblock.Era> eras = new ArrayList<>(before);
        if (eras.isEmpty() || !eras.getLast().disks().equals(disks)) {
            eras.add(new Superblock.Era(segments.getMax() + 1, disks));
        }
        // No segment is left that an era could judge which began before all of them.
        List<Superblock.Era> judging = eras.subList(0, eras.size() - 1);
        judging.removeIf(era -> era.firstSegment() <= segments.getMin());
        return eras;
    }

    private static void empty(Member member, Device device, String why) throws IOException {
        LOG.warn("{}: everything on it is forgotten: {}", member.source().name(), why);
        Member.empty(device);
    }

    private static LongSummaryStatistics segments(Device device) throws IOException {
        return device.list().stream()
                .map(SegmentFiles::number)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .summaryStatistics();
    }
}
