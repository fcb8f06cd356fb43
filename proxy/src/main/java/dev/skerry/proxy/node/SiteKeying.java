package dev.skerry.proxy.node;

import dev.skerry.config.FieldTest;
import dev.skerry.config.Origin;
import dev.skerry.config.QueryPolicy;
import dev.skerry.config.Rule;
import dev.skerry.config.Site;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * What shapes the names of a site's keys: two sites of one digest make the same key of every
 * request, and a purge of a URL means the same key under both.
 */
final class SiteKeying {
    /** Goes up when the same settings make other keys than before. */
    private static final String VERSION = "keying 1";

    private SiteKeying() {}

    /**
     * The digest: 64 hexadecimal digits.
     *
     * @param originsName whether the origins stand for the site's name: of a node that is started
     *     for another origin nobody has given either site a name
     */
    static String digest(Site site, boolean originsName) {
        StringBuilder text = new StringBuilder(VERSION);
        list(text, "hosts", site.hosts());
        for (Rule rule : site.rules()) {
            match(text.append("\nrule"), rule.match());
            query(text, rule.cache().query());
        }
        query(text.append("\notherwise"), site.otherwise().cache().query());
        if (originsName) {
            list(text, "origins", site.origins().stream().map(SiteKeying::origin).toList());
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String origin(Origin origin) {
        return origin.scheme() + "://" + origin.host() + ":" + origin.port() + origin.basePath();
    }

    private static void match(StringBuilder text, Rule.Match match) {
        list(text, "paths", match.paths());
        list(text, "methods", List.copyOf(new TreeSet<>(match.methods())));
        list(text, "headers", match.headers().stream().map(SiteKeying::test).toList());
        list(text, "query", match.query().stream().map(SiteKeying::test).toList());
        list(text, "countries", List.copyOf(new TreeSet<>(match.countries())));
    }

    private static String test(FieldTest test) {
        StringBuilder text = new StringBuilder(test.presence().name());
        list(text, test.name(), test.values());
        return text.toString();
    }

    private static void query(StringBuilder text, QueryPolicy query) {
        text.append("\nkeep ").append(query.mode()).append(' ').append(query.sort());
        list(text, "names", query.names());
    }

    /** With lengths, so that no two lists are written alike. */
    private static void list(StringBuilder text, String name, List<?> items) {
        text.append('\n').append(name).append(' ').append(items.size());
        for (Object item : items) {
            String word = item.toString();
            text.append(' ').append(word.length()).append(':').append(word);
        }
    }
}
