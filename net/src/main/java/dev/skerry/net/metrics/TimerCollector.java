package dev.skerry.net.metrics;

import io.prometheus.client.Collector;
import java.util.ArrayList;
import java.util.List;

/**
 * Exports timers as a Prometheus histogram. The registry's own timer keeps a decaying maximum and
 * costs three times as much to record.
 */
final class TimerCollector extends Collector {
    private final String name;
    private final String description;
    private final Family<Timer> family;

    TimerCollector(String name, String description, Family<Timer> family) {
        this.name = name;
        this.description = description;
        this.family = family;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        List<MetricFamilySamples.Sample> samples = new ArrayList<>();
        family.series().forEach((values, timer) -> add(samples, values, timer));
        return List.of(new MetricFamilySamples(name, Type.HISTOGRAM, description, samples));
    }

    private void add(List<MetricFamilySamples.Sample> samples, List<String> values, Timer timer) {
        List<String> bucketLabels = new ArrayList<>(family.labels());
        bucketLabels.add("le");
        long[] bounds = timer.bounds();
        long[] counts = timer.counts();
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i];
            List<String> bucketValues = new ArrayList<>(values);
            double bound = i < bounds.length ? bounds[i] / 1e9 : Double.POSITIVE_INFINITY;
            bucketValues.add(doubleToGoString(bound));
            samples.add(
                    new MetricFamilySamples.Sample(
                            name + "_bucket", bucketLabels, bucketValues, sum));
        }
        samples.add(new MetricFamilySamples.Sample(name + "_count", family.labels(), values, sum));
        samples.add(
                new MetricFamilySamples.Sample(
                        name + "_sum", family.labels(), values, timer.totalSeconds()));
    }
}
