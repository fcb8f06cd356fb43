package dev.skerry.control.compat;

import dev.skerry.cache.http.Fields;
import dev.skerry.config.CompiledSite;
import dev.skerry.config.Site;
import dev.skerry.config.SiteTable;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.purge.PurgeApi;
import dev.skerry.control.purge.PurgeDesk;
import dev.skerry.control.purge.PurgeOrder;
import dev.skerry.control.purge.PurgeTarget;
import dev.skerry.control.purge.TargetSyntax;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** Hands in at the desk what compatible calls name, as the API's own call does. Thread-safe. */
final class Intake {
    private final PurgeDesk desk;
    private final SiteSource sites;

    Intake(PurgeDesk desk, SiteSource sites) {
        this.desk = desk;
        this.sites = sites;
    }

    /**
     * Purges, and waits for the acknowledgements as long as the API's own call does.
     *
     * @param what method and path template, for the audit trail
     * @return the receipt's id
     */
    String accept(ApiCall call, String what, String site, List<PurgeTarget> targets, Mode mode)
            throws ApiProblem, InterruptedException {
        List<PurgeTarget> each = targets.stream().distinct().toList();
        try {
            PurgeOrder order = new PurgeOrder(site, each, mode, call.caller(), what);
            return desk.accept(order, PurgeApi.USUAL_WAIT).id();
        } catch (IOException e) {
            throw new ApiProblem(503, "Not accepted", "nothing was purged: " + e.getMessage());
        }
    }

    /**
     * The site that a path names.
     *
     * @throws ApiProblem 404 when there is none
     */
    Site named(String name) throws ApiProblem, IOException {
        return sites.now().sites().stream()
                .map(CompiledSite::site)
                .filter(site -> site.name().equals(name))
                .findFirst()
                .orElseThrow(() -> ApiProblem.notFound("there is no site '" + name + "'"));
    }

    /**
     * The site that answers to a host.
     *
     * @throws ApiProblem 404 when none does, 403 when the caller's token is not for it
     */
    Site ofHost(ApiCall call, String host) throws ApiProblem, IOException {
        SiteTable table = sites.now();
        CompiledSite found = table.find(host);
        if (found == null) {
            throw ApiProblem.notFound("no site answers to host '" + host + "'");
        }
        Site site = found.site();
        if (!call.sees(site.name())) {
            throw new ApiProblem(
                    403,
                    "Forbidden",
                    "token '" + call.caller() + "' is not for site '" + site.name() + "'");
        }
        return site;
    }

    /** The host of a URL, prefix or host that has been read. */
    static String hostOf(PurgeTarget target) {
        int slash = target.value().indexOf('/');
        return slash < 0 ? target.value() : target.value().substring(0, slash);
    }

    static PurgeTarget target(Scope scope, String text) throws ApiProblem {
        try {
            return TargetSyntax.parse(scope, text);
        } catch (TargetSyntax.Wrong wrong) {
            throw ApiProblem.badRequest("'" + shown(text) + "': " + wrong.detail());
        }
    }

    /**
     * The tags that the lines of a field list.
     *
     * @param separators the characters between them
     * @throws ApiProblem 400 when there are none, more than so many, or one is wrong
     */
    static List<PurgeTarget> tags(Fields fields, String name, String separators, int most)
            throws ApiProblem {
        List<PurgeTarget> tags = new ArrayList<>();
        for (String line : fields.all(name)) {
            StringTokenizer words = new StringTokenizer(utf8(line), separators);
            while (words.hasMoreTokens()) {
                tags.add(target(Scope.TAG, words.nextToken()));
                requireAtMost(most, tags.size());
            }
        }
        if (tags.isEmpty()) {
            throw ApiProblem.badRequest(name + " names nothing");
        }
        return tags;
    }

    /** The text of a field's value, or of a tag, both of which hold one char a byte. */
    static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    static void requireAtMost(int most, int count) throws ApiProblem {
        if (count > most) {
            throw ApiProblem.badRequest("at most " + most + " go in one call");
        }
    }

    private static String shown(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }
}
