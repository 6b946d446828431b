import Datasets
import Tensors

/// What a source has: examples of one kind before any transform, and what is known of them.
struct Material: Sendable {
  enum Examples: Sendable {
    case pictures(any Dataset<Labelled<Image>>)
    /// Pictures in memory, which become batches at once where nothing changes them.
    case pictureBytes(LabelledImages)
    case sounds(any Dataset<Labelled<Waveform>>)
    /// Rows of numbers, inputs [N, …] and targets.
    case rows(TensorDataset)
    /// Windows of one long text: tokens, and how many of them are one example.
    case tokens([Int], context: Int)
    /// Texts as tokens, of different lengths, with their classes.
    case texts(ArrayDataset<Labelled<[Int]>>)
  }

  var examples: Examples
  var count: Int
  var targets: Targets
  /// The names of the classes; empty where targets are numbers.
  var classNames: [String] = []
  /// The class of each example; empty where targets are numbers or tokens.
  var labels: [Int] = []
  /// Places that the source itself has put aside for the test.
  var testPlaces: [Int] = []
  /// What each example is called: its file, or the text itself; empty where only its place says it.
  var names: [String] = []
  /// What else is known of each example by name: columns, parts of file names.
  var fields: [String: [String]] = [:]
  /// What predictions need beside a model, as the source says it: names of columns, characters.
  var vocabulary: [String] = []
  /// The length of each example, where it is known beforehand and differs.
  var lengths: [Int] = []
  /// How rows of a table became numbers.
  var columns: [TableEncoding.Column] = []
  /// Samples a second that all sounds have; nil where they keep their own.
  var sampleRate: Int?
}
