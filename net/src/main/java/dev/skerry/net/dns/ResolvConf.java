package dev.skerry.net.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The resolver's configuration, as {@code resolv.conf(5)} has it.
 *
 * @param servers asked in this order; at most three are read from a file
 * @param search suffixes for names with fewer dots than {@code ndots}
 * @param ndots from how many dots on a name is first tried as it is
 * @param timeout of one question to one server
 * @param attempts rounds through the servers
 */
record ResolvConf(
        List<InetSocketAddress> servers,
        List<String> search,
        int ndots,
        Duration timeout,
        int attempts) {

    private static final int MAX_SERVERS = 3;
    private static final int MAX_SUFFIXES = 32;

    /** Reads a file; one that is missing or unreadable names no server. */
    static ResolvConf read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException unreadable) {
            lines = List.of();
        }
        return parse(lines);
    }

    static ResolvConf parse(List<String> lines) {
        List<InetSocketAddress> servers = new ArrayList<>();
        List<String> search = new ArrayList<>();
        int ndots = 1;
        int timeout = 5;
        int attempts = 2;
        for (String line : lines) {
            String[] words = line.strip().split("\\s+", -1);
            switch (words[0]) {
                case "nameserver" -> {
                    if (words.length > 1 && servers.size() < MAX_SERVERS) {
                        addServer(servers, words[1]);
                    }
                }
                case "search", "domain" -> {
                    search.clear();
                    for (int i = 1; i < Math.min(words.length, MAX_SUFFIXES + 1); i++) {
                        search.add(words[i]);
                    }
                }
                case "options" -> {
                    for (String option : words) {
                        ndots = number(option, "ndots:", ndots, 15);
                        timeout = number(option, "timeout:", timeout, 30);
                        attempts = number(option, "attempts:", attempts, 5);
                    }
                }
                default -> {}
            }
        }
        return new ResolvConf(
                List.copyOf(servers),
                List.copyOf(search),
                ndots,
                Duration.ofSeconds(Math.max(1, timeout)),
                Math.max(1, attempts));
    }

    private static void addServer(List<InetSocketAddress> servers, String literal) {
        try {
            servers.add(new InetSocketAddress(InetAddress.ofLiteral(literal), 53));
        } catch (IllegalArgumentException noAddress) {
            // As the C library does: a line that names no address is passed over.
        }
    }

    private static int number(String option, String key, int otherwise, int most) {
        if (!option.startsWith(key)) {
            return otherwise;
        }
        String digits = option.substring(key.length());
        boolean good = digits.matches("[0-9]{1,4}");
        return good ? Math.min(most, Integer.parseInt(digits)) : otherwise;
    }

    /** The absolute names to ask for, in order. */
    List<String> candidates(String name) {
        if (name.endsWith(".")) {
            return List.of(name);
        }
        List<String> candidates = new ArrayList<>();
        long dots = name.chars().filter(c -> c == '.').count();
        for (String suffix : search) {
            candidates.add(name + "." + suffix);
        }
        candidates.add(dots >= ndots ? 0 : candidates.size(), name);
        return candidates;
    }
}
