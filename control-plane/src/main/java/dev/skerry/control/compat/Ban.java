package dev.skerry.control.compat;

import dev.skerry.config.HostPattern;
import dev.skerry.config.Site;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.compat.BanPattern.End;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.purge.PurgeTarget;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ban in the words of purges. What the ban would kill is killed; more may be, never less: a
 * condition that only narrows a purge by tag is left aside, one that cannot be met is refused.
 *
 * @param hosts null for all hosts of the site
 * @param urls null for all
 * @param tags null without any
 */
record Ban(@Nullable List<String> hosts, @Nullable BanPattern urls, @Nullable List<String> tags) {
    /** The most purges that a ban may come to. */
    static final int MOST_TARGETS = 1000;

    /**
     * What conditions that all hold together say.
     *
     * @throws ApiProblem 400 when no purge says that
     */
    static Ban of(List<BanCondition> conditions) throws ApiProblem {
        List<String> hosts = null;
        BanPattern urls = null;
        List<String> tags = null;
        for (BanCondition condition : conditions) {
            if (conditions.stream().filter(c -> c.subject() == condition.subject()).count() > 1) {
                throw ApiProblem.badRequest("a ban has one condition for each of host, URL, tags");
            }
            switch (condition.subject()) {
                case HOST -> hosts = hosts(condition);
                case URL -> urls = urls(condition);
                case TAGS -> tags = tags(condition);
            }
        }
        return new Ban(hosts, urls, tags);
    }

    /**
     * The purges of a site that stand for it.
     *
     * @throws ApiProblem 400 when there are none, or too many
     */
    List<PurgeTarget> targets(Site site) throws ApiProblem {
        List<PurgeTarget> targets = new ArrayList<>();
        if (tags != null) {
            for (String tag : tags) {
                targets.add(Intake.target(Scope.TAG, tag));
            }
        } else if (urls == null && hosts == null) {
            targets.add(Intake.target(Scope.EVERYTHING, ""));
        } else {
            for (String host : hosts == null ? exactHosts(site) : hosts) {
                if (urls == null) {
                    targets.add(Intake.target(Scope.HOST, host));
                } else {
                    addUrls(targets, host, urls);
                }
            }
        }
        if (targets.size() > MOST_TARGETS) {
            throw ApiProblem.badRequest("a ban may come to at most " + MOST_TARGETS + " purges");
        }
        return targets;
    }

    private static void addUrls(List<PurgeTarget> targets, String host, BanPattern urls)
            throws ApiProblem {
        for (String text : urls.texts()) {
            if (!text.startsWith("/")) {
                throw ApiProblem.badRequest("'" + text + "': a URL begins with a slash");
            }
            if (urls.end() == End.NONE) {
                targets.add(Intake.target(Scope.URL, "http://" + host + text));
            } else if (text.equals("/")) {
                targets.add(Intake.target(Scope.HOST, host));
            } else if (urls.end() == End.SEGMENT || text.endsWith("/")) {
                targets.add(Intake.target(Scope.PREFIX, host + text));
            } else {
                throw ApiProblem.badRequest(
                        "'^%s' would match %ss too, and a purge ends at a segment: write ^%s/ or ^%s(/|\\?|$)"
                                .formatted(text, text, text, text));
            }
        }
    }

    private static List<String> exactHosts(Site site) throws ApiProblem {
        for (HostPattern host : site.hosts()) {
            if (host.kind() != HostPattern.Kind.EXACT) {
                throw ApiProblem.badRequest(
                        "site '"
                                + site.name()
                                + "' answers to "
                                + host
                                + ", which cannot be listed: name the host with req.http.host ==");
            }
        }
        return site.hosts().stream().map(HostPattern::name).toList();
    }

    private static @Nullable List<String> hosts(BanCondition condition) throws ApiProblem {
        if (!condition.pattern()) {
            return List.of(condition.argument());
        }
        BanPattern pattern = BanPattern.of(condition.argument(), false);
        if (pattern.matchesAll()) {
            return null;
        }
        if (pattern.end() != End.NONE) {
            throw ApiProblem.badRequest(
                    "'" + condition.argument() + "': a pattern for hosts ends with $");
        }
        return pattern.texts();
    }

    private static @Nullable BanPattern urls(BanCondition condition) throws ApiProblem {
        if (!condition.pattern()) {
            return new BanPattern(List.of(condition.argument()), End.NONE);
        }
        BanPattern pattern = BanPattern.of(condition.argument(), true);
        return pattern.matchesAll() ? null : pattern;
    }

    private static @Nullable List<String> tags(BanCondition condition) throws ApiProblem {
        if (!condition.pattern()) {
            return List.of(condition.argument().split("[ ,]+"));
        }
        return condition.argument().equals(".*")
                ? null
                : BanPattern.ofTags(condition.argument()).texts();
    }
}
