package dev.skerry.control.sites;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.HostPattern;
import dev.skerry.config.protocol.Revision;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.config.schema.YamlDocuments;
import dev.skerry.control.fleet.FleetView;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.JsonBody;
import dev.skerry.control.http.Resource;
import dev.skerry.control.http.Resource.Verb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /v1/sites} and what lies below, but for purges. */
public final class SitesApi {
    /** The most that a document may have, in bytes. */
    public static final int MOST_BYTES = YamlDocuments.MAX_BYTES;

    private static final Set<String> YAML = Set.of("application/yaml", "text/yaml");
    private static final int SMALL = 1024;
    private static final String SITES = "/v1/sites";
    private static final String SITE = "/v1/sites/{site}";
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,9}");
    private static final Pattern TAG = Pattern.compile("\"([1-9][0-9]{0,9})\"");

    private final Sites sites;
    private final FleetView fleet;

    /** An API over the sites of a store and the nodes that apply them. */
    public SitesApi(Sites sites, FleetView fleet) {
        this.sites = sites;
        this.fleet = fleet;
    }

    /** What it serves. */
    public List<Resource> resources() {
        return List.of(
                read("GET", SITES, "All sites", this::list),
                read("GET", SITE, "A site's document", this::document),
                yaml("PUT", SITE, Verb.CONFIGURE, "Apply a document", this::apply),
                change("DELETE", SITE, "Delete a site", 0, this::delete),
                yaml("POST", SITE + "/check", Verb.READ, "Check a document", this::check),
                read("GET", SITE + "/versions", "Who changed a site when", this::versions),
                read("GET", SITE + "/versions/{version}", "An earlier document", this::version),
                yaml("POST", SITE + "/diff", Verb.READ, "Compare documents", this::diff),
                change("POST", SITE + "/rollback", "Go back to a version", SMALL, this::rollBack),
                read("GET", SITE + "/nodes", "How far each node is with a site", this::nodes));
    }

    private static Resource read(
            String method, String path, String summary, Resource.Handler.Whole handler) {
        return new Resource(method, path, Verb.READ, summary, 0, handler);
    }

    private static Resource change(
            String method, String path, String summary, int most, Resource.Handler.Whole handler) {
        return new Resource(method, path, Verb.CONFIGURE, summary, most, handler);
    }

    private static Resource yaml(
            String method, String path, Verb verb, String summary, Resource.Handler.Whole handler) {
        return new Resource(method, path, verb, summary, MOST_BYTES, YAML, handler);
    }

    private ApiAnswer list(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        ObjectNode document = object();
        ArrayNode list = document.putArray("sites");
        for (SiteBook.Entry entry : sites.all()) {
            SiteDocument site = entry.site();
            if (call.sees(site.site())) {
                ArrayNode hosts =
                        list.addObject()
                                .put("site", site.site())
                                .put("version", site.version())
                                .put("revision", sites.revision(site.counter()).toString())
                                .putArray("hosts");
                entry.hosts().stream().map(HostPattern::toString).forEach(hosts::add);
            }
        }
        return ApiAnswer.json(200, document);
    }

    private ApiAnswer document(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        SiteDocument site = sites.current(call.part("site")).site();
        String tag = "\"" + site.version() + "\"";
        String known = call.field("If-None-Match");
        return (known != null && knows(known, tag)
                        ? new ApiAnswer(304, "", "", Map.of())
                        : yaml(site.document()))
                .with("ETag", tag);
    }

    private ApiAnswer apply(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        Sites.Wish wish = new Sites.Wish(call.caller(), "PUT " + SITE, expected(call));
        return applied(sites.apply(call.part("site"), call.body(), wish));
    }

    private ApiAnswer rollBack(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        JsonNode version = JsonBody.object(call, "version").path("version");
        if (!version.isIntegralNumber() || !NUMBER.matcher(version.asText()).matches()) {
            throw ApiProblem.badRequest("version is the number of an earlier version: " + version);
        }
        String what = "POST " + SITE + "/rollback";
        Sites.Wish wish = new Sites.Wish(call.caller(), what, expected(call));
        return applied(sites.rollBack(call.part("site"), version.asLong(), wish));
    }

    private ApiAnswer delete(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        String site = call.part("site");
        Sites.Wish wish = new Sites.Wish(call.caller(), "DELETE " + SITE, expected(call));
        Revision revision = sites.delete(site, wish);
        return ApiAnswer.json(200, object().put("site", site).put("revision", revision.toString()));
    }

    private ApiAnswer check(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        SiteCheck check = sites.check(call.part("site"), call.body());
        boolean valid = check.isValid() && check.conflicts().isEmpty();
        ObjectNode document = object().put("valid", valid);
        document.putArray("problems").addAll(check.shown());
        return ApiAnswer.json(200, document);
    }

    private ApiAnswer versions(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        List<ObjectNode> versions = sites.versions(call.part("site"));
        if (versions.isEmpty()) {
            throw ApiProblem.notFound("there never was a site '" + call.part("site") + "'");
        }
        ObjectNode document = object();
        document.putArray("versions").addAll(versions);
        return ApiAnswer.json(200, document);
    }

    private ApiAnswer version(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        return yaml(sites.document(call.part("site"), number("version", call.part("version"))));
    }

    private ApiAnswer diff(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters("from", "to");
        String site = call.part("site");
        String from = call.query().get("from");
        String to = call.query().get("to");
        if ((from == null) == (call.body().length == 0) || (from == null && to != null)) {
            throw ApiProblem.badRequest(
                    "send a document to compare with the current one, or give ?from=VERSION and"
                            + " perhaps &to=VERSION");
        }
        SiteDocument current = sites.current(site).site();
        String diff =
                from == null
                        ? SiteDiff.unified(
                                name(site, current.version()),
                                current.document(),
                                site + " (new)",
                                new String(call.body(), StandardCharsets.UTF_8))
                        : diff(current, number("from", from), to);
        return new ApiAnswer(200, "text/plain; charset=utf-8", diff, Map.of());
    }

    private String diff(SiteDocument current, long from, @Nullable String to)
            throws ApiProblem, IOException {
        String site = current.site();
        long until = to == null ? current.version() : number("to", to);
        return SiteDiff.unified(
                name(site, from),
                sites.document(site, from),
                name(site, until),
                sites.document(site, until));
    }

    private ApiAnswer nodes(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        SiteDocument site = sites.current(call.part("site")).site();
        Revision revision = sites.revision(site.counter());
        ObjectNode document =
                object().put("site", site.site())
                        .put("version", site.version())
                        .put("revision", revision.toString());
        ArrayNode nodes = document.putArray("nodes");
        fleet.nodes().forEach(node -> nodes.add(SiteOnNode.of(node, site, revision).shown()));
        return ApiAnswer.json(200, document);
    }

    private static ApiAnswer applied(Sites.Applied applied) {
        ObjectNode document =
                object().put("site", applied.site())
                        .put("version", applied.version())
                        .put("revision", applied.revision().toString())
                        .put("changed", applied.changed());
        Sites.Replaced replaced = applied.replaced();
        if (replaced != null) {
            document.putObject("replaced")
                    .put("version", replaced.version())
                    .put("who", replaced.who())
                    .put("when", replaced.when());
        }
        return ApiAnswer.json(applied.created() ? 201 : 200, document)
                .with("ETag", "\"" + applied.version() + "\"");
    }

    /** Whether a list of entity tags has one; here the weak comparison is right. */
    private static boolean knows(String tags, String tag) {
        return Arrays.stream(tags.split(","))
                .map(String::strip)
                .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
    }

    /** The version that the caller's condition names; 0 for none, null without a condition. */
    private static @Nullable Long expected(ApiCall call) throws ApiProblem {
        String match = call.field("If-Match");
        String noneMatch = call.field("If-None-Match");
        if (noneMatch != null) {
            if (match != null || !noneMatch.equals("*")) {
                throw ApiProblem.badRequest("If-None-Match is * here, and alone: " + noneMatch);
            }
            return 0L;
        }
        if (match == null) {
            return null;
        }
        Matcher tag = TAG.matcher(match);
        if (!tag.matches()) {
            throw ApiProblem.badRequest("If-Match is a version in quotes such as \"3\": " + match);
        }
        return Long.valueOf(tag.group(1));
    }

    private static long number(String name, String text) throws ApiProblem {
        if (!NUMBER.matcher(text).matches()) {
            throw ApiProblem.badRequest(name + " is the number of a version: '" + text + "'");
        }
        return Long.parseLong(text);
    }

    private static String name(String site, long version) {
        return site + " (version " + version + ")";
    }

    private static ApiAnswer yaml(String document) {
        return new ApiAnswer(200, "application/yaml; charset=utf-8", document, Map.of());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
