package dev.skerry.control.store.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The files of a store, readable by their owner alone, and the lock that keeps them for one
 * process. SQLite gives the files that it makes itself the mode of the database.
 */
final class StoreFiles implements AutoCloseable {
    private static final String LOCK = "control.lock";
    private static final String DATABASE = "control.db";
    private static final String WAL = "-wal";
    private static final String SHARED_MEMORY = "-shm";

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final Path directory;
    private final FileChannel lock;

    private StoreFiles(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Takes a directory, which is made if need be.
     *
     * @throws IOException when another store has it, in this process or in another
     */
    static StoreFiles claim(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, posix(directory, "rwx------"));
        }
        create(directory.resolve(LOCK));
        FileChannel lock = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() != null) {
                return new StoreFiles(directory, lock);
            }
        } catch (OverlappingFileLockException e) {
            // This process itself; the same complaint.
        }
        lock.close();
        throw new IOException(directory + ": the control store there is in use already");
    }

    /** The database. */
    Path database() {
        return directory.resolve(DATABASE);
    }

    /** Makes the database, empty, unless it is there; and closes it to others. */
    void prepare() throws IOException {
        create(database());
    }

    /**
     * Moves the database and its log away, so that someone can look at them together.
     *
     * @return the new path of the database
     */
    Path setAside(long millis) throws IOException {
        long number = millis;
        while (Files.exists(aside(number, ""))) {
            number++;
        }
        moveIfThere(directory.resolve(DATABASE + WAL), aside(number, WAL));
        Files.deleteIfExists(directory.resolve(DATABASE + SHARED_MEMORY));
        Files.move(database(), aside(number, ""));
        return aside(number, "");
    }

    /** Lets go of the directory. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    private Path aside(long number, String suffix) {
        return directory.resolve(DATABASE + ".damaged-" + number + suffix);
    }

    private static void moveIfThere(Path from, Path to) throws IOException {
        try {
            Files.move(from, to);
        } catch (NoSuchFileException e) {
            // Nothing to move.
        }
    }

    private static void create(Path file) throws IOException {
        try {
            Files.createFile(file, posix(file, "rw-------"));
        } catch (FileAlreadyExistsException e) {
            PosixFileAttributeView view =
                    Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (view != null && !view.readAttributes().permissions().equals(OWNER_ONLY)) {
                view.setPermissions(OWNER_ONLY);
            }
        }
    }

    private static FileAttribute<?>[] posix(Path near, String mode) {
        return near.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
                }
                : new FileAttribute<?>[0];
    }
}
