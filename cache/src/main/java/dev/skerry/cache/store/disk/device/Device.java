package dev.skerry.cache.store.disk.device;

import java.io.IOException;
import java.util.List;

/** One directory of a disk: the seam between the disk tier and the system. Thread-safe. */
public interface Device extends AutoCloseable {
    /** Who this directory is; see {@link Superblock}. */
    Superblock superblock();

    /**
     * Replaces the superblock, durably and at once: a crash leaves the old one or the new one.
     *
     * @throws DeviceFullException if there is no room; the old one is there still
     */
    void renew(Superblock superblock) throws IOException;

    /** The names of the files, in no order; without those that the device keeps for itself. */
    List<String> list() throws IOException;

    /**
     * Makes an empty file.
     *
     * @param name letters, digits, dots and hyphens
     * @throws java.nio.file.FileAlreadyExistsException if there is one of this name
     */
    DeviceFile create(String name) throws IOException;

    /**
     * Opens a file for reading and writing.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    DeviceFile open(String name) throws IOException;

    /** Takes a file's name away, if it has one; who has it open can go on reading. */
    void delete(String name) throws IOException;

    /** Makes durable which names there are. */
    void sync() throws IOException;

    /** How many bytes could still be written; other users of the disk may take them first. */
    long freeBytes() throws IOException;

    /** Gives the directory to others. Files that are open stay so until they are closed. */
    @Override
    void close();
}
