package dev.skerry.config.node;

import dev.skerry.config.text.Sizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which disks a node uses: the options checked against each other and against the file systems that
 * they lie on.
 */
final class DiskSizes {
    /**
     * A disk whose size is not given takes at most so many times the memory: its index, in memory,
     * stays a fifth of that for responses of 10 KB.
     */
    private static final long MOST_FOR_MEMORY = 64;

    /** A default is a multiple of so much, so that it is the same at the next start. */
    private static final long STEP = 16L << 20;

    private final Consumer<String> wrong;
    private final Consumer<String> warning;

    /**
     * A check.
     *
     * @param wrong takes what forbids to start
     * @param warning takes what does not
     */
    DiskSizes(Consumer<String> wrong, Consumer<String> warning) {
        this.wrong = wrong;
        this.warning = warning;
    }

    /** The disks; those that are wrong are left out. */
    List<NodeSettings.Disk> of(List<DiskOption> options, long memoryBytes) {
        List<NodeSettings.Disk> disks = new ArrayList<>();
        Set<Path> taken = new HashSet<>();
        for (DiskOption option : options) {
            Path real = real(option.directory());
            Path other = clash(real, taken);
            if (other != null) {
                wrong.accept(
                        "'"
                                + option.directory()
                                + "' is in use by another disk: each has a directory of its own"
                                + (other.equals(real) ? "" : ", not inside of another's"));
                continue;
            }
            taken.add(real);
            long bytes = bytes(option, real, options, memoryBytes);
            if (bytes > 0) {
                disks.add(new NodeSettings.Disk(option.directory(), bytes));
            }
        }
        return disks;
    }

    private static @Nullable Path clash(Path directory, Set<Path> taken) {
        return taken.stream()
                .filter(other -> other.startsWith(directory) || directory.startsWith(other))
                .findAny()
                .orElse(null);
    }

    private long bytes(DiskOption option, Path directory, List<DiskOption> all, long memoryBytes) {
        try {
            FileStore store = store(directory);
            if (option.bytes().isEmpty()) {
                return share(option, directory, sharers(store, all), store, memoryBytes);
            }
            long bytes = option.bytes().getAsLong();
            if (bytes > store.getTotalSpace()) {
                warning.accept(
                        "'" + option + "' is more than the file system there has: it will be full");
            }
            return bytes;
        } catch (IOException | UncheckedIOException e) {
            wrong.accept("'" + option.directory() + "' cannot be used: " + e.getMessage());
            return 0;
        }
    }

    /** Half of what is free or the disk's own already, no more than memory can index. */
    private long share(
            DiskOption option, Path directory, int sharers, FileStore store, long memoryBytes)
            throws IOException {
        long half = (store.getUsableSpace() + ownBytes(directory)) / 2 / sharers;
        long bytes = Math.min(half, MOST_FOR_MEMORY * memoryBytes) / STEP * STEP;
        if (bytes < NodeSettings.Disk.MIN_BYTES) {
            wrong.accept(
                    "'"
                            + option.directory()
                            + "': half of what is free there is less than "
                            + Sizes.format(NodeSettings.Disk.MIN_BYTES)
                            + ", the smallest disk; make room, or name a size");
            return 0;
        }
        return Math.min(bytes, NodeSettings.Disk.MAX_BYTES);
    }

    private static int sharers(FileStore store, List<DiskOption> all) throws IOException {
        int sharers = 0;
        for (DiskOption option : all) {
            if (option.bytes().isEmpty() && store(real(option.directory())).equals(store)) {
                sharers++;
            }
        }
        return sharers;
    }

    private static long ownBytes(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).mapToLong(DiskSizes::size).sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0; // gone meanwhile
        }
    }

    /** Without links, as far as it exists. */
    private static Path real(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        Path there = existing(absolute);
        try {
            return there.toRealPath().resolve(there.relativize(absolute)).normalize();
        } catch (IOException e) {
            return absolute;
        }
    }

    private static FileStore store(Path directory) throws IOException {
        return Files.getFileStore(existing(directory));
    }

    private static Path existing(Path absolute) {
        Path there = absolute;
        while (!Files.exists(there)) {
            Path parent = there.getParent();
            if (parent == null) {
                return there;
            }
            there = parent;
        }
        return there;
    }
}
