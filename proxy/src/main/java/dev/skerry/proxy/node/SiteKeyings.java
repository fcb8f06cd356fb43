package dev.skerry.proxy.node;

import dev.skerry.config.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By which rules the keys of each site were made last, also before this process. One thread at a
 * time.
 */
final class SiteKeyings {
    private static final Logger LOG = LoggerFactory.getLogger(SiteKeyings.class);
    private static final String FILE = "keyings";

    private final @Nullable KeptFile file;
    private final boolean originsName;
    private Map<String, String> known = Map.of();

    private SiteKeyings(@Nullable KeptFile file, boolean originsName) {
        this.file = file;
        this.originsName = originsName;
    }

    /** Of a node that keeps nothing: a site that is not known has nothing stored. */
    static SiteKeyings ofThisProcess() {
        return new SiteKeyings(null, false);
    }

    /**
     * Those that are kept in a directory; none if the file is damaged.
     *
     * @param originsName see {@link SiteKeying#digest}
     */
    static SiteKeyings open(Path state, boolean originsName) throws IOException {
        SiteKeyings keyings = new SiteKeyings(KeptFile.of(state, FILE), originsName);
        keyings.known = keyings.read();
        return keyings;
    }

    /**
     * The sites whose keys were made by other rules, or may have been, and those that are gone: all
     * that is stored of them is dead.
     */
    Set<String> changed(Collection<Site> sites) {
        Map<String, String> now = digests(sites);
        Set<String> changed = new HashSet<>(known.keySet());
        if (file != null) {
            changed.addAll(now.keySet());
        }
        changed.removeIf(name -> now.getOrDefault(name, "").equals(known.get(name)));
        return changed;
    }

    /** From now on nothing is known of these: a crash before {@link #keep} finds them changed. */
    void forget(Set<String> sites) {
        Map<String, String> left = new HashMap<>(known);
        if (left.keySet().removeAll(sites)) {
            replace(left);
        }
    }

    /** Keeps the rules of these sites, all there are, once the dead of the others are. */
    void keep(Collection<Site> sites) {
        Map<String, String> now = digests(sites);
        if (!now.equals(known)) {
            replace(now);
        }
    }

    private void replace(Map<String, String> now) {
        known = now;
        if (file == null) {
            return;
        }
        StringBuilder text = new StringBuilder();
        new TreeMap<>(now)
                .forEach((site, digest) ->
                        text.append(site).append(' ').append(digest).append('\n'));
        try {
            file.write(text.toString());
        } catch (IOException e) {
            LOG.error("{} cannot be written: after a restart sites may begin empty", file, e);
        }
    }

    private Map<String, String> read() throws IOException {
        if (file == null) {
            return Map.of();
        }
        Map<String, String> read = new HashMap<>();
        for (String line : file.read().orElse("").lines().toList()) {
            List<String> words = List.of(line.split(" "));
            if (words.size() == 2) {
                read.put(words.get(0), words.get(1));
            }
        }
        return read;
    }

    private Map<String, String> digests(Collection<Site> sites) {
        Map<String, String> digests = new HashMap<>();
        sites.forEach(site -> digests.put(site.name(), SiteKeying.digest(site, originsName)));
        return digests;
    }
}
