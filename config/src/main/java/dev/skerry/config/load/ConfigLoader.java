package dev.skerry.config.load;

import dev.skerry.config.DiskShare;
import dev.skerry.config.HostPattern;
import dev.skerry.config.Site;
import dev.skerry.config.schema.Problems;
import dev.skerry.config.schema.Values;
import dev.skerry.config.schema.YamlDocuments;
import dev.skerry.config.schema.YamlNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads site documents, several in one file when {@code ---} parts them, and reports everything
 * that is wrong with them at once. A file has at most 1 MiB.
 */
public final class ConfigLoader {
    private final Problems problems;
    private final Map<String, String> names = new HashMap<>();
    private final Map<HostPattern, String> hosts = new HashMap<>();
    private int assured;

    private ConfigLoader(Problems problems) {
        this.problems = problems;
    }

    /** Reads a file; a file that cannot be read is a problem like any other. */
    public static Loaded load(Path file) {
        Problems problems = new Problems(file.toString());
        return new ConfigLoader(problems).sites(YamlDocuments.read(file, problems));
    }

    /**
     * Reads a text.
     *
     * @param name what problems call it
     * @param bytes UTF-8
     */
    public static Loaded parse(String name, byte[] bytes) {
        Problems problems = new Problems(name);
        return new ConfigLoader(problems).sites(YamlDocuments.parse(bytes, problems));
    }

    private Loaded sites(List<YamlNode> documents) {
        if (documents.isEmpty() && problems.errors() == 0) {
            problems.error(0, "", "holds no site; a site begins with 'site: NAME'");
        }
        List<Site> sites = new ArrayList<>();
        for (YamlNode document : documents) {
            SiteReader.Read read = SiteReader.read(document, problems);
            if (read == null) {
                continue;
            }
            checkAssured(read.values());
            boolean alone = isAlone(read.values());
            if (read.site() != null && alone) {
                sites.add(read.site());
            }
        }
        return new Loaded(sites, problems.all());
    }

    /** Whoever goes past what can be kept is blamed, with those before. */
    private void checkAssured(Values document) {
        Values disk = document.find(DiskKeys.DISK);
        if (disk == null
                || !(disk.find(DiskKeys.AT_LEAST) instanceof DiskShare.Part part)
                || part.hundredths() == 0) {
            return;
        }
        assured += part.hundredths();
        if (assured > DiskShare.MOST_ASSURED) {
            problems.error(
                    disk.line(DiskKeys.AT_LEAST),
                    disk.path(DiskKeys.AT_LEAST),
                    "comes to %s with the sites before: all together can be sure of %s"
                            .formatted(
                                    DiskKeys.percent(assured),
                                    DiskKeys.percent(DiskShare.MOST_ASSURED)));
        }
    }

    /** Whether no document before it has its name or one of its hosts. */
    private boolean isAlone(Values document) {
        int before = problems.errors();
        String name = document.find(SiteKeys.SITE);
        String where = "site '" + (name == null ? "?" : name) + "'";
        if (name != null) {
            String first = names.putIfAbsent(name, "line " + document.line(SiteKeys.SITE));
            if (first != null) {
                problems.error(
                        document.line(SiteKeys.SITE),
                        "site",
                        "'" + name + "' is the name of another site, in " + first);
            }
        }
        List<HostPattern> given = document.find(SiteKeys.HOSTS);
        for (HostPattern host : given == null ? List.<HostPattern>of() : given) {
            String owner = hosts.putIfAbsent(host, where);
            if (owner != null) {
                problems.error(
                        document.line(SiteKeys.HOSTS),
                        "hosts",
                        "'"
                                + host
                                + (owner.equals(where)
                                        ? "' is given twice"
                                        : "' belongs to " + owner + " already"));
            }
        }
        return problems.errors() == before;
    }
}
