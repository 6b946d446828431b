import Arrays
import Tensors

/// Looks for mistakes in examples: shown a few batches of them, it says what is wrong with the
/// inputs and with the labels.
///
///     var check = DataCheck(classCount: 10)
///     while let batch = try stream.next() { check.add(batch.inputs, batch.targets) }
///     for finding in check.findings { print(finding) }
///
/// For each example it remembers 21 to 43 bytes, of at most 1.5 million, which are 32 MiB; of what
/// comes then, repetitions of those are found.
public struct DataCheck: Sendable {
  /// How many classes the labels are of; nil where targets are numbers.
  public let classCount: Int?
  /// A label that counts nothing, as padding has it.
  public let ignoredLabel: Int?
  /// Figures of the inputs, where they are floating point.
  public private(set) var inputs = NumberSummary()
  /// Figures of the targets, where they are floating point.
  public private(set) var targets = NumberSummary()
  /// How many labels were seen of each class.
  public private(set) var labelCounts: [Int: Int] = [:]
  /// How many examples were seen.
  public private(set) var exampleCount = 0
  /// How many examples had the same inputs as an earlier one.
  public private(set) var duplicateCount = 0
  /// How many of these had another label.
  public private(set) var contradictionCount = 0
  private var seen = DigestTable()
  private var firstDuplicate: (Int, Int)?

  /// A check that has seen nothing.
  public init(classCount: Int? = nil, ignoring ignoredLabel: Int? = nil) {
    self.classCount = classCount
    self.ignoredLabel = ignoredLabel
  }

  /// Takes a batch in: the examples are the slices along axis 0, which both must have.
  public mutating func add(_ inputs: Tensor, _ targets: Tensor) {
    if inputs.rank == 0 || inputs.shape[0] == 0 { return }
    if inputs.dataType.isFloatingPoint { self.inputs.add(inputs) }
    if targets.dataType.isFloatingPoint {
      self.targets.add(targets)
    } else if classCount != nil {
      for label in targets.scalars(as: Int.self) where label != ignoredLabel {
        labelCounts[label, default: 0] += 1
      }
    }
    countDuplicates(inputs, targets)
    exampleCount += inputs.shape[0]
  }

  private mutating func countDuplicates(_ inputs: Tensor, _ targets: Tensor) {
    let count = inputs.shape[0]
    let rows = TensorDigest.rows(of: inputs)
    let labels = targets.rank > 0 && targets.shape[0] == count ? TensorDigest.rows(of: targets) : []
    for (place, digest) in rows.enumerated() {
      let label = labels.isEmpty ? 0 : UInt32(truncatingIfNeeded: labels[place] >> 32)
      let entry = DigestTable.Entry(place: exampleCount + place, label: label)
      guard let earlier = seen.insert(digest, entry) else { continue }
      duplicateCount += 1
      if earlier.label != label { contradictionCount += 1 }
      if firstDuplicate == nil { firstDuplicate = (earlier.place, entry.place) }
    }
  }

  /// What is wrong, the worst first.
  public var findings: [Finding] {
    (inputFindings + labelFindings + exampleFindings).sorted { $0.severity > $1.severity }
  }

  /// Whether a loss may be computed: one that is given such data would stop the program.
  public var allowsTraining: Bool { !findings.contains { $0.severity == .error } }

  private var inputFindings: [Finding] {
    var findings: [Finding] = []
    for (summary, place) in [(inputs, "inputs"), (targets, "targets")]
    where summary.nonFiniteCount > 0 {
      findings.append(
        Finding(
          .error, .nonFiniteData, at: place,
          figure: "\(Words.grouped(summary.nanCount)) NaN and "
            + "\(Words.grouped(summary.infinityCount)) infinite of "
            + "\(Words.grouped(summary.count)) numbers",
          advice: "fill in or leave out missing values before training"))
    }
    guard inputs.finiteCount > 1 else { return findings }
    let figure =
      "mean \(Words.number(inputs.mean)), standard deviation "
      + "\(Words.number(inputs.standardDeviation)), from \(Words.number(inputs.minimum)) to "
      + Words.number(inputs.maximum)
    if inputs.standardDeviation == 0 {
      findings.append(
        Finding(
          .error, .constantInputs, at: "inputs", figure: figure,
          advice: "look at how the inputs are read: there is nothing to learn from"))
    } else if isFarFromStandard {
      findings.append(
        Finding(
          .warning, .notNormalized, at: "inputs", figure: figure,
          advice: "standardize them to mean 0 and deviation 1, or scale them to 0…1"))
    }
    return findings
  }

  /// Numbers within some −3…3, as 0…1 or standardized ones are, learn well; beyond, first layers
  /// saturate or the learning rate is wrong by the square of the scale.
  private var isFarFromStandard: Bool {
    let (mean, deviation) = (abs(inputs.mean), inputs.standardDeviation)
    return mean > 3 || deviation > 5 || deviation < 0.02 || mean > 10 * deviation
  }

  private var labelFindings: [Finding] {
    guard let classCount, !labelCounts.isEmpty else { return [] }
    var findings: [Finding] = []
    let wrong = labelCounts.keys.filter { !(0..<classCount).contains($0) }.sorted()
    if let first = wrong.first, let last = wrong.last {
      let count = wrong.reduce(0) { $0 + (labelCounts[$1] ?? 0) }
      findings.append(
        Finding(
          .error, .labelOutOfRange, at: "targets",
          figure: Words.count(count, "label")
            + (first == last ? " of \(first)" : " from \(first) to \(last)")
            + ", where \(classCount) classes are 0…\(classCount - 1)",
          advice: first == 1 || last == classCount
            ? "labels seem to count from 1: subtract 1" : "correct the labels or the class count"))
    }
    if labelCounts.count == 1, let (label, count) = labelCounts.first, classCount > 1, count > 1 {
      findings.append(
        Finding(
          .error, .labelsAlike, at: "targets", figure: "all \(Words.grouped(count)) are \(label)",
          advice: "shuffle the examples, or look at which column is the label"))
    } else {
      findings += balanceFindings(classCount)
    }
    return findings
  }

  private func balanceFindings(_ classCount: Int) -> [Finding] {
    var findings: [Finding] = []
    let total = labelCounts.values.reduce(0, +)
    let missing = (0..<classCount).filter { labelCounts[$0] == nil }
    // A class that has its share is missing from so many labels once in e^10 times.
    if !missing.isEmpty, classCount <= 1000, total > 10 * classCount {
      let shown = missing.prefix(5).map(String.init).joined(separator: ", ")
      findings.append(
        Finding(
          .warning, .missingClass, at: "targets",
          figure: "no example of \(Words.count(missing.count, "class", "classes")) (\(shown)"
            + "\(missing.count > 5 ? ", …" : "")) among \(Words.grouped(total))",
          advice: "shuffle the examples, or correct the class count"))
    }
    if let most = labelCounts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      let least = labelCounts.min(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
      most.value >= 10 * least.value, most.value >= 50
    {
      findings.append(
        Finding(
          .warning, .unbalancedClasses, at: "targets",
          figure: "class \(most.key) has \(Words.grouped(most.value)) examples "
            + "(\(Words.percent(Double(most.value) / Double(total)))), class \(least.key) has "
            + Words.grouped(least.value),
          advice: "weight the loss or the sampling by class, and look at recall beside accuracy"))
    }
    return findings
  }

  private var exampleFindings: [Finding] {
    guard duplicateCount > 0 else { return [] }
    let share = Double(duplicateCount) / Double(max(exampleCount, 1))
    let places = firstDuplicate.map { ", the first \($0.1) and \($0.0)" } ?? ""
    var findings = [
      Finding(
        share > 0.01 ? .warning : .note, .duplicates, at: "inputs",
        figure: "\(Words.grouped(duplicateCount)) of \(Words.grouped(exampleCount)) "
          + "(\(Words.percent(share))) are equal to an earlier one\(places)",
        advice: "leave out repetitions, above all before splitting off a test part")
    ]
    if contradictionCount > 0 {
      findings.append(
        Finding(
          .warning, .contradictions, at: "targets",
          figure: "\(Words.count(contradictionCount, "repeated example")) with another label",
          advice: "decide which label is right: no model can learn both"))
    }
    return findings
  }
}
