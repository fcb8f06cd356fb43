package dev.skerry.proxy.node;

import dev.skerry.cache.coding.Encoder;
import dev.skerry.cache.coding.Encoders;
import dev.skerry.cache.coding.GzipEncoder;
import dev.skerry.cache.coding.brotli.BrotliEncoder;
import dev.skerry.cache.coding.zstd.ZstdEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The content codings that this machine can make. */
final class NodeCodings {
    private static final Logger log = LoggerFactory.getLogger(NodeCodings.class);

    private NodeCodings() {}

    /** Gzip, and what has a native library that loads here. */
    static Encoders load() {
        List<Encoder> encoders = new ArrayList<>(List.of(new GzipEncoder()));
        add(encoders, "br", BrotliEncoder::load);
        add(encoders, "zstd", ZstdEncoder::load);
        return new Encoders(encoders);
    }

    private static void add(List<Encoder> to, String coding, Supplier<Encoder> load) {
        try {
            to.add(load.get());
        } catch (LinkageError | RuntimeException missing) {
            log.warn(
                    "the coding {} is not made here, its library does not load: {}",
                    coding,
                    missing.toString());
        }
    }
}
