package dev.skerry.control.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Dialect;
import dev.skerry.control.http.JsonBody;
import dev.skerry.control.http.Resource;
import dev.skerry.control.http.Resource.Verb;
import dev.skerry.control.purge.PurgeDesk;
import dev.skerry.control.purge.PurgeDocument;
import dev.skerry.control.purge.PurgeTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cloudflare's purge calls. A zone is a site. */
public final class CloudflareApi {
    /** The most entries of one call: what the largest of Cloudflare's plans takes. */
    public static final int MOST_ENTRIES = 500;

    /** The most header fields beside a URL. */
    public static final int MOST_HEADERS = 50;

    private static final Dialect DIALECT = new CloudflareDialect();
    private static final String PURGE = "/client/v4/zones/{site}/purge_cache";
    private static final String INVALIDATE = "/client/v4/zones/{site}/invalidate_cache";
    private static final String EVERYTHING = "purge_everything";
    private static final String NOTHING =
            "Request must contain one of \"purge_everything\", \"files\", \"tags\", \"hosts\" or"
                    + " \"prefixes\"";
    private static final String TOO_MUCH =
            "Request cannot contain \"purge_everything\" and any of \"files\", \"tags\","
                    + " \"hosts\" or \"prefixes\"";
    private static final int NO_FORM = 1012;
    private static final int EVERYTHING_AND_MORE = 1092;
    private static final Map<String, Scope> LISTS =
            Map.of(
                    "files", Scope.URL,
                    "tags", Scope.TAG,
                    "hosts", Scope.HOST,
                    "prefixes", Scope.PREFIX);

    private final Intake intake;

    /** Calls that hand in at this desk. */
    public CloudflareApi(PurgeDesk desk, SiteSource sites) {
        this.intake = new Intake(desk, sites);
    }

    /** What it serves. */
    public List<Resource> resources() {
        return List.of(
                post(PURGE, "Cloudflare's purge of a zone", Mode.HARD),
                post(INVALIDATE, "Cloudflare's soft purge of a zone", Mode.SOFT));
    }

    private Resource post(String path, String summary, Mode mode) {
        return new Resource(
                "POST",
                path,
                Verb.PURGE,
                summary,
                PurgeDocument.MOST_BYTES,
                Resource.JSON,
                (Resource.Handler.Whole) call -> purge(call, "POST " + path, mode),
                DIALECT);
    }

    private ApiAnswer purge(ApiCall call, String what, Mode mode)
            throws ApiProblem, IOException, InterruptedException {
        call.onlyParameters();
        String site = intake.named(call.part("site")).name();
        List<PurgeTarget> targets =
                targets(JsonBody.object(call, EVERYTHING, "files", "tags", "hosts", "prefixes"));
        return CloudflareDialect.accepted(intake.accept(call, what, site, targets, mode));
    }

    private static List<PurgeTarget> targets(ObjectNode document) throws ApiProblem {
        JsonNode everything = document.path(EVERYTHING);
        if (!everything.isMissingNode() && document.size() > 1) {
            throw CloudflareDialect.refused(EVERYTHING_AND_MORE, TOO_MUCH);
        }
        if (everything.isBoolean() && everything.booleanValue()) {
            return List.of(Intake.target(Scope.EVERYTHING, ""));
        }
        if (document.size() != 1 || !everything.isMissingNode()) {
            throw CloudflareDialect.refused(NO_FORM, NOTHING);
        }
        Map.Entry<String, JsonNode> only = document.properties().iterator().next();
        Scope scope = LISTS.get(only.getKey());
        JsonNode list = only.getValue();
        if (scope == null || !list.isArray() || list.isEmpty()) {
            throw CloudflareDialect.refused(NO_FORM, NOTHING);
        }
        Intake.requireAtMost(MOST_ENTRIES, list.size());
        List<PurgeTarget> targets = new ArrayList<>();
        for (JsonNode entry : list) {
            targets.add(Intake.target(scope, scope == Scope.URL ? url(entry) : text(entry)));
        }
        return targets;
    }

    /** The header fields choose a variant at Cloudflare; a purge here is of all variants. */
    private static String url(JsonNode entry) throws ApiProblem {
        if (!entry.isObject()) {
            return text(entry);
        }
        JsonNode headers = entry.path("headers");
        boolean hasHeaders = !headers.isMissingNode();
        if (entry.size() != (hasHeaders ? 2 : 1) || (hasHeaders && !areFields(headers))) {
            throw ApiProblem.badRequest(
                    "a file is a URL, or {\"url\": …, \"headers\": {…}} with at most "
                            + MOST_HEADERS
                            + " strings for headers");
        }
        return text(entry.path("url"));
    }

    private static boolean areFields(JsonNode headers) {
        return headers.isObject()
                && headers.size() <= MOST_HEADERS
                && headers.properties().stream().allMatch(field -> field.getValue().isTextual());
    }

    private static String text(JsonNode entry) throws ApiProblem {
        if (!entry.isTextual()) {
            throw ApiProblem.badRequest("an entry is a string");
        }
        return entry.textValue();
    }
}
