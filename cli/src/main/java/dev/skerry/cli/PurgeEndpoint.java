package dev.skerry.cli;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.EmbeddedApi;
import dev.skerry.control.http.Resource;
import dev.skerry.control.purge.AskedNodes;
import dev.skerry.control.purge.NodeOrder;
import dev.skerry.control.purge.PurgeApi;
import dev.skerry.control.purge.PurgeDocument;
import dev.skerry.control.purge.PurgeNode;
import dev.skerry.control.purge.Purges;
import dev.skerry.proxy.admin.AdminAnswer;
import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.admin.AdminRequest;
import dev.skerry.proxy.node.CachingNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The control plane's purge API on the admin port of a node that stands alone. */
final class PurgeEndpoint implements AdminEndpoint {
    private final EmbeddedApi api;

    PurgeEndpoint(CachingNode node) {
        PurgeApi purges =
                new PurgeApi(
                        new Purges(
                                new NodeOrder(node.applied(), InstantSource.system()),
                                new Standing(node),
                                TimeSource.system()::nanoTime,
                                UUID.randomUUID().toString().substring(0, 8)),
                        node::sites,
                        question ->
                                List.of(
                                        new AskedNodes.Asked(
                                                node.name(),
                                                node.role(),
                                                CompletableFuture.completedFuture(
                                                        node.answer(
                                                                question.to(node.role(), 1))))));
        List<Resource> resources = new ArrayList<>(purges.resources());
        resources.add(purges.ofTheOnlySite());
        this.api = new EmbeddedApi(resources);
    }

    @Override
    public boolean owns(String path) {
        return api.owns(path);
    }

    @Override
    public int mostBodyBytes() {
        return PurgeDocument.MOST_BYTES;
    }

    @Override
    public AdminAnswer answer(AdminRequest request) throws InterruptedException {
        ApiAnswer answer =
                api.answer(
                        request.method(),
                        request.path(),
                        request.query(),
                        request.fields()::first,
                        request.body());
        return new AdminAnswer(
                answer.status(), answer.contentType(), answer.body(), answer.fields());
    }

    /**
     * The node itself, as the only one that purges go to. Without a state directory its ledger is
     * in memory, like all that it stores.
     */
    private record Standing(CachingNode node) implements PurgeNode {
        @Override
        public String name() {
            return node.name();
        }

        @Override
        public String role() {
            return node.role();
        }

        @Override
        public CompletionStage<?> apply(List<PurgeRecord> records) {
            return node.apply(records);
        }
    }
}
