package dev.firesteel.sql;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.connect.service.SparkConnectService$;

/**
 * Spark with its Connect service. The service's object is Spark's own affair: it is named here
 * only, and Spark 4.2 and 4.3 both have {@code start} and {@code localPort}.
 */
final class SparkConnect {
  private final SparkSession session;

  private SparkConnect(SparkSession session) {
    this.session = session;
  }

  /** Starts both, with a configuration that is complete: no system property is looked at. */
  static SparkConnect start(Map<String, String> configuration) {
    SparkConf conf = new SparkConf(false);
    configuration.forEach(conf::set);
    SparkContext context = SparkContext.getOrCreate(conf);
    SparkSession session =
        MlFunctions.leave(
            context.version(), () -> SparkSession.builder().config(conf).getOrCreate());
    SparkConnectService$.MODULE$.start(context);
    return new SparkConnect(session);
  }

  /** The port that the service listens on. */
  int port() {
    return SparkConnectService$.MODULE$.localPort();
  }

  /** Spark's version. */
  String version() {
    return session.version();
  }
}
