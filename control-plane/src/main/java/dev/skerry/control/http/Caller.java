package dev.skerry.control.http;

import dev.skerry.control.http.Resource.Verb;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, and what their token allows.
 *
 * @param name the name of the token
 * @param verbs {@link Verb#ADMIN} stands for all
 * @param sites null for all sites, those to come included
 * @param rate how many requests a second; null for the usual, see {@link RateLimits}
 */
public record Caller(
        String name, Set<Verb> verbs, @Nullable Set<String> sites, @Nullable Integer rate) {
    /** Who called without a token. */
    public static final Caller NOBODY = new Caller("", Set.of(Verb.ANYONE), Set.of());

    /** Copies the sets. */
    public Caller {
        verbs = Set.copyOf(verbs);
        sites = sites == null ? null : Set.copyOf(sites);
    }

    /** One with the usual rate. */
    public Caller(String name, Set<Verb> verbs, @Nullable Set<String> sites) {
        this(name, verbs, sites, null);
    }

    /** Whether the token allows a verb, for some site at least. */
    public boolean may(Verb verb) {
        return verb == Verb.ANYONE || verbs.contains(verb) || verbs.contains(Verb.ADMIN);
    }

    /** Whether the token is for a site. */
    public boolean sees(String site) {
        return sites == null || sites.contains(site);
    }
}
