package dev.skerry.cache.store.disk.device;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of the file system, locked by this process. */
public final class FileDevice implements Device {
    private static final String LOCK = "lock";

    /** A directory in which the node keeps its ledgers, if it has no other place for them. */
    private static final String STATE = "state";

    private static final Set<String> OWN =
            Set.of(LOCK, STATE, SuperblockFile.NAME, SuperblockFile.NEXT, "lost+found");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-][A-Za-z0-9.-]{0,127}");

    private final Path directory;
    private final FileChannel lock;
    private final SuperblockFile superblocks;
    private volatile Superblock superblock;

    private FileDevice(Path directory, FileChannel lock, SuperblockFile superblocks)
            throws IOException {
        this.directory = directory;
        this.lock = lock;
        this.superblocks = superblocks;
        superblock = superblocks.read();
    }

    /**
     * Opens a directory for this process alone; one that is missing or empty is made ready.
     *
     * @throws RefusedException if another process has it, it is damaged or of another format, or
     *     holds files that are not Skerry's
     */
    public static FileDevice open(Path directory) throws IOException {
        Files.createDirectories(directory);
        SuperblockFile superblocks = new SuperblockFile(directory);
        if (!superblocks.exists()) {
            refuseOthers(directory);
        }
        FileChannel lock = lock(directory);
        try {
            if (!superblocks.exists()) {
                superblocks.write(Superblock.fresh(UUID.randomUUID()));
            }
            return new FileDevice(directory, lock, superblocks);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public Superblock superblock() {
        return superblock;
    }

    @Override
    public synchronized void renew(Superblock next) throws IOException {
        try {
            superblocks.write(next);
        } catch (IOException e) {
            throw DeviceFullException.orSame(directory.toString(), e);
        }
        superblock = next;
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !OWN.contains(name) && NAME.matcher(name).matches())
                    .toList();
        }
    }

    @Override
    public DeviceFile create(String name) throws IOException {
        return open(
                name,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    @Override
    public DeviceFile open(String name) throws IOException {
        return open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    @Override
    public void sync() throws IOException {
        SuperblockFile.syncDirectory(directory);
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // The system takes the lock back when the process ends.
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private DeviceFile open(String name, StandardOpenOption... options) throws IOException {
        Path file = file(name);
        FileChannel channel = FileChannel.open(file, options);
        try {
            return new RealFile(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private Path file(String name) {
        if (!NAME.matcher(name).matches() || OWN.contains(name)) {
            throw new IllegalArgumentException("not a name of a file: " + name);
        }
        return directory.resolve(name);
    }

    /** A mistyped option must not fill somebody's home. */
    private static void refuseOthers(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            @Nullable Path other =
                    files.filter(file -> !OWN.contains(String.valueOf(file.getFileName())))
                            .findAny()
                            .orElse(null);
            if (other != null) {
                throw new RefusedException(
                        "%s is not a disk of Skerry's and not empty: it holds %s. Give an empty"
                                        .formatted(directory, other.getFileName())
                                + " directory.");
            }
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve(LOCK),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        @Nullable FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // This process has it already: refused like any other.
        } finally {
            if (held == null) {
                channel.close();
            }
        }
        if (held == null) {
            throw new RefusedException(
                    directory
                            + " is in use by another process: each node needs a directory of its"
                            + " own.");
        }
        return channel;
    }
}
