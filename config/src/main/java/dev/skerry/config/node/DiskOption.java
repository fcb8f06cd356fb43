package dev.skerry.config.node;

import dev.skerry.config.text.Sizes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A disk as it is written: {@code DIR} or {@code DIR:SIZE}. What follows the last colon is a size
 * if it begins with a digit and has no slash; a directory of such a name needs its size named.
 *
 * @param directory where the disk's files lie
 * @param bytes how many they may take; empty for a share of what is free there
 */
record DiskOption(Path directory, OptionalLong bytes) {
    /** What it looks like, for messages. */
    static final String FORM = "DIR or DIR:SIZE such as /var/cache/skerry:200g";

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException with a sentence for whoever wrote it
     */
    static DiskOption parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean sized = colon >= 0 && isMeantAsSize(text.substring(colon + 1));
        String directory = sized ? text.substring(0, colon) : text;
        if (directory.isBlank()) {
            throw new IllegalArgumentException("'" + text + "' is not " + FORM);
        }
        Path path = Path.of(directory);
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new IllegalArgumentException("'" + directory + "' is no directory");
        }
        return new DiskOption(
                path, sized ? size(text, text.substring(colon + 1)) : OptionalLong.empty());
    }

    private static boolean isMeantAsSize(String text) {
        return text.isEmpty()
                || (text.charAt(0) >= '0' && text.charAt(0) <= '9' && text.indexOf('/') < 0);
    }

    private static OptionalLong size(String text, String size) {
        OptionalLong bytes = Sizes.parse(size);
        if (bytes.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + text + "': '" + size + "' is not " + Sizes.FORM);
        }
        if (bytes.getAsLong() < NodeSettings.Disk.MIN_BYTES
                || bytes.getAsLong() > NodeSettings.Disk.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "': a disk of "
                            + size
                            + " is out of range: "
                            + Sizes.format(NodeSettings.Disk.MIN_BYTES)
                            + " to "
                            + Sizes.format(NodeSettings.Disk.MAX_BYTES));
        }
        return bytes;
    }

    @Override
    public String toString() {
        return bytes.isEmpty() ? directory.toString() : directory + ":" + Sizes.format(size());
    }

    private long size() {
        return bytes.getAsLong();
    }
}
