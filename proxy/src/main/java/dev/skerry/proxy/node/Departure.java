package dev.skerry.proxy.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Whether the control plane may have taken this node off its list: from when it says that it
 * leaves, over restarts, until it has durably applied what was there when it had registered again.
 * Purges do not wait for such a node, so what it keeps is worth nothing before it has heard of
 * them. The mark is a file, which is there or not. Thread-safe.
 */
final class Departure {
    private static final String FILE = "left";

    private final Path directory;
    private boolean begun;
    private boolean now;

    /** Of the node whose state is in this directory. */
    Departure(Path directory) {
        this.directory = directory;
        this.begun = Files.exists(directory.resolve(FILE));
    }

    /** Whether the node has left, as far as it can know. */
    synchronized boolean begun() {
        return begun;
    }

    /** Marks it, durably. */
    synchronized void begin() throws IOException {
        begun = true;
        now = true;
        Path mark = directory.resolve(FILE);
        if (!Files.exists(mark)) {
            Files.createFile(mark);
            keep();
        }
    }

    /**
     * The node is one of those that purges wait for, and has all that it missed. Does nothing in a
     * process that leaves: what it still applies was sent before.
     */
    synchronized void end() throws IOException {
        if (begun && !now) {
            Files.deleteIfExists(directory.resolve(FILE));
            keep();
            begun = false;
        }
    }

    private void keep() throws IOException {
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
