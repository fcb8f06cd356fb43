package dev.skerry.config.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What the settings take from the machine.
 *
 * @param hostName the default of a node's name
 * @param memoryLimit the container's memory limit in bytes, empty without one
 */
public record Machine(String hostName, OptionalLong memoryLimit) {
    private static final long DEFAULT_MEMORY = 256L << 20;

    /** More than any machine has: how cgroup v1 says that there is no limit. */
    private static final long UNLIMITED = 1L << 50;

    /** This machine. */
    public static Machine current() {
        return new Machine(ownName(), memoryLimit(Path.of("/sys/fs/cgroup")));
    }

    /** The default memory budget: a quarter of the container's limit, else 256 MiB. */
    long defaultMemory() {
        return memoryLimit.isEmpty()
                ? DEFAULT_MEMORY
                : Math.max(NodeSettings.MIN_MEMORY_BYTES, memoryLimit.getAsLong() / 4);
    }

    /** A name that may stand in Via and CDN-Loop. */
    String nodeName() {
        String name = hostName.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[._-]+", "");
        return name.isEmpty() ? "node" : name.substring(0, Math.min(64, name.length()));
    }

    static OptionalLong memoryLimit(Path cgroup) {
        for (String file : new String[] {"memory.max", "memory/memory.limit_in_bytes"}) {
            try {
                String text = Files.readString(cgroup.resolve(file)).strip();
                if (text.matches("[0-9]{1,18}") && Long.parseLong(text) < UNLIMITED) {
                    return OptionalLong.of(Long.parseLong(text));
                }
            } catch (IOException e) {
                // Not this version of cgroups.
            }
        }
        return OptionalLong.empty();
    }

    /** From the kernel where it says so: the resolver may take seconds. */
    private static String ownName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException unknown) {
                return "localhost";
            }
        }
    }
}
