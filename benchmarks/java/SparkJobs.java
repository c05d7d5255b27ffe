// The jobs of java_jobs.py on Spark's Java RDDs, as FiresteelJobs.java has them.
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

public final class SparkJobs {
  public static void main(String[] arguments) throws Exception {
    String text = arguments[0];
    long begun = System.nanoTime();
    SparkConf conf =
        new SparkConf().setMaster("local[2]").setAppName("bench").set("spark.ui.enabled", "false");
    try (JavaSparkContext sc = new JavaSparkContext(conf)) {
      tell("ready", begun, 0);
      for (String job : arguments[1].split(",")) {
        System.out.println("@" + job);
        System.in.read(); // whoever watches the memory has looked
        long began = System.nanoTime();
        long answer =
            switch (job) {
              case "words" ->
                  sc.textFile(text, 8)
                      .flatMap(line -> List.of(line.split(" ")).iterator())
                      .mapToPair(word -> new Tuple2<>(word, 1L))
                      .reduceByKey(Long::sum)
                      .count();
              case "filter" -> sc.textFile(text, 8).filter(line -> line.length() > 80).count();
              default -> throw new IllegalArgumentException("there is no job " + job);
            };
        tell(job, began, answer);
      }
    }
  }

  private static void tell(String name, long began, long answer) {
    System.out.println(name + " " + (System.nanoTime() - began) / 1e9 + " " + answer);
  }
}
