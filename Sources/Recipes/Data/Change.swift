import Arrays
import Datasets
import Tensors

/// A transform of a recipe, by what it changes into what.
enum Change: Sendable {
  case picture(any Transform<Image, Image>)
  case sound(any Transform<Waveform, Waveform>)
  /// A sound becomes numbers.
  case spectrum(any Transform<Waveform, Tensor>)
  case numbers(any Transform<Tensor, Tensor>)
  /// Shifts and scales numbers by what the training part shows, channel by channel along the first
  /// axis.
  case standardize
  /// Mixes the examples of a batch, or cuts parts of one into another; in training alone.
  case mixing(alpha: Double, cuts: Bool)

  /// Whether it comes after pictures and sounds have become numbers.
  var changesNumbers: Bool {
    switch self {
    case .picture, .sound, .spectrum: false
    case .numbers, .standardize, .mixing: true
    }
  }

  /// What it takes, in words.
  var input: String {
    switch self {
    case .picture: "a picture"
    case .sound, .spectrum: "a sound"
    case .numbers, .standardize: "numbers"
    case .mixing: "a batch"
    }
  }
}

/// What examples go through from a source to a model.
struct ChangeChain: Sendable {
  /// In their order, each with its place in the recipe.
  private(set) var steps: [(change: Change, place: Place)] = []
  /// Of `standardize`, in the order of the steps; filled in when the training part has been seen.
  var fitted: [Standardization] = []

  /// The transforms that a recipe lists for all examples, and those for training alone: these come
  /// first, but where they change numbers last.
  init(
    _ common: [Entry], augmentation: [Entry] = [], sampleRate: Int?, file: String
  ) throws(RecipeError) {
    let added = try ChangeChain.made(augmentation, sampleRate, file)
    for (change, place) in added {
      if case .standardize = change {
        throw RecipeError(file: file, place, "is for all examples: its place is in transforms")
      }
    }
    steps =
      added.filter { !$0.change.changesNumbers }
      + (try ChangeChain.made(common, sampleRate, file))
      + added.filter { $0.change.changesNumbers }
  }

  private static func made(
    _ entries: [Entry], _ sampleRate: Int?, _ file: String
  ) throws(RecipeError) -> [(change: Change, place: Place)] {
    var steps: [(change: Change, place: Place)] = []
    for entry in entries {
      do throws(Misfit) {
        let options = sampleRate.map { entry.adding("sample_rate", $0) } ?? entry
        steps.append((try TransformKind.kind(entry.name).make(options), entry.place))
      } catch {
        throw RecipeError(file: file, entry.place, "\(entry.name) \(error.message)")
      }
    }
    return steps
  }

  /// What changes whole batches, for so many classes.
  func batchTransform(classes: Int) -> (any Transform<SampleBatch, SampleBatch>)? {
    let transforms = steps.compactMap { step -> (any Transform<SampleBatch, SampleBatch>)? in
      guard case .mixing(let alpha, let cuts) = step.change else { return nil }
      return cuts
        ? CutMix(alpha: alpha, classCount: classes) : MixUp(alpha: alpha, classCount: classes)
    }
    return transforms.isEmpty ? nil : TransformList(transforms)
  }

  /// Whether examples stay as they are.
  var changesNothing: Bool {
    !steps.contains { if case .mixing = $0.change { false } else { true } }
  }

  /// How many `standardize` there are.
  var standardizations: Int {
    steps.count { if case .standardize = $0.change { true } else { false } }
  }

  /// The numbers of a picture.
  func callAsFunction(
    _ picture: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    var picture = picture
    var rest = steps[...]
    while let step = rest.first, case .picture(let transform) = step.change {
      picture = try transform(picture, using: &random)
      rest = rest.dropFirst()
    }
    return try numbers(try ToTensor()(picture, using: &random), rest, using: &random)
  }

  /// The numbers of a sound: [channels, time] where nothing makes a spectrum of it.
  func callAsFunction(
    _ sound: Waveform, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    var sound = sound
    var rest = steps[...]
    while let step = rest.first {
      rest = rest.dropFirst()
      switch step.change {
      case .sound(let transform): sound = try transform(sound, using: &random)
      case .spectrum(let transform):
        return try numbers(try transform(sound, using: &random), rest, using: &random)
      default:
        return try numbers(sound.tensor, steps[(rest.startIndex - 1)...], using: &random)
      }
    }
    return sound.tensor
  }

  /// Numbers after the steps that change numbers.
  func callAsFunction(
    _ numbers: Tensor, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    try self.numbers(numbers, steps[...], using: &random)
  }

  private func numbers(
    _ numbers: Tensor, _ rest: ArraySlice<(change: Change, place: Place)>,
    using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    var numbers = numbers
    var standardized = 0
    for step in rest {
      switch step.change {
      case .numbers(let transform): numbers = try transform(numbers, using: &random)
      case .standardize:
        // Before it is fitted, the chain gives what it is to be fitted on.
        guard standardized < fitted.count else { return numbers }
        numbers = try fitted[standardized](numbers)
        standardized += 1
      case .picture, .sound, .spectrum, .mixing: continue
      }
    }
    return numbers
  }

  /// Throws where a step takes something else than what comes before gives.
  func check(_ start: String, file: String) throws(RecipeError) {
    var kind = start
    for (change, place) in steps {
      if case .mixing = change { continue }
      let fits =
        switch change {
        case .numbers, .standardize: kind != "tokens"
        default: change.input == kind
        }
      guard fits else {
        throw RecipeError(file: file, place, "takes \(change.input), but it is given \(kind)")
      }
      switch change {
      case .numbers, .standardize, .spectrum: kind = "numbers"
      default: break
      }
    }
  }
}

/// y = (x − mean) / deviation for each channel, the first axis of an example; of numbers in a row, for
/// each number.
package struct Standardization: Sendable, Hashable, Codable {
  package var mean: [Float]
  package var deviation: [Float]

  package init(mean: [Float], deviation: [Float]) {
    (self.mean, self.deviation) = (mean, deviation)
  }

  /// Whether all numbers are finite.
  var isFinite: Bool { (mean + deviation).allSatisfy(\.isFinite) }

  func callAsFunction(_ numbers: Tensor) throws(DatasetError) -> Tensor {
    guard numbers.rank > 0, numbers.shape[0] == mean.count, deviation.count == mean.count else {
      throw DatasetError(
        .unsuitedExample, file: "standardize",
        found: "an example of \(Features(numbers.shape.lengths).words)",
        expected: "\(mean.count) along its first axis, as it was fitted on")
    }
    let shape = Shape([mean.count] + Array(repeating: 1, count: max(0, numbers.rank - 1)))
    return (numbers - Tensor(mean).reshaped(to: shape)) / Tensor(deviation).reshaped(to: shape)
  }
}

/// Mean and deviation of channels, example by example (Welford, 1962, in the form for groups).
struct ChannelMoments {
  private var count = 0.0
  private var mean: [Double] = []
  private var squares: [Double] = []
  /// Whether an example had other channels than the first.
  private(set) var differs = false

  mutating func add(_ numbers: Tensor) {
    let channels = numbers.rank == 0 ? 1 : numbers.shape[0]
    let values = numbers.to(.float64).scalars(as: Double.self)
    if mean.isEmpty {
      mean = Array(repeating: 0, count: channels)
      squares = mean
    }
    differs = differs || channels != mean.count
    guard channels == mean.count, channels > 0, !values.isEmpty else { return }
    let width = values.count / channels
    let total = count + Double(width)
    for channel in 0..<channels {
      let part = values[channel * width..<(channel + 1) * width]
      let partMean = part.reduce(0, +) / Double(width)
      let partSquares = part.reduce(0) { $0 + ($1 - partMean) * ($1 - partMean) }
      let distance = partMean - mean[channel]
      squares[channel] += partSquares + distance * distance * count * Double(width) / total
      mean[channel] += distance * Double(width) / total
    }
    count = total
  }

  /// A channel that is always the same has a deviation of 1, so that it becomes 0.
  var standardization: Standardization {
    Standardization(
      mean: mean.map { Float($0) },
      deviation: squares.map { square in
        let deviation = Float((square / max(1, count)).squareRoot())
        return deviation > 1e-12 ? deviation : 1
      })
  }
}

extension Waveform {
  /// The samples as numbers, [channels, time].
  var tensor: Tensor {
    Tensor(samples, shape: [count, channels]).transposed(0, 1)
  }
}
