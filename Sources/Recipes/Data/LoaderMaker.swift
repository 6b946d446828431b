import Datasets
import Tensors

/// Makes loaders of parts of a source's examples.
struct LoaderMaker {
  let material: Material
  let recipe: Recipe
  /// What each example must come to; nil before one has been looked at.
  var expected: Features?

  private var workers: Int { recipe.training["workers"]?.integer ?? Loader.defaultWorkers }
  /// How examples of different lengths are put side by side; nil where all have one.
  var padding: LengthPadding? {
    let multiple = recipe.data["padding"]?.integer("multiple")
    return multiple == nil && material.lengths.isEmpty
      ? nil : LengthPadding(multiple: multiple ?? 8)
  }
  private var failures: FailurePolicy { recipe.data.name("failures") == "skip" ? .skip() : .stop }

  /// A loader of the examples of these places. Training is shuffled and augmented.
  func loader(
    _ places: [Int], _ chain: ChangeChain, isTraining: Bool = false, batchSize: Int? = nil
  ) -> Loader {
    let batchSize = batchSize ?? recipe.batchSize
    let order = isTraining ? order(places) : .sequential
    let dropsLast = isTraining && recipe.training.flag("drop_last")
    let batch = isTraining ? chain.batchTransform(classes: material.targets.outputs) : nil
    func loader<Source: Dataset>(
      _ dataset: Source,
      _ sample:
        @escaping @Sendable (Source.Example, inout RandomScalars) throws(DatasetError) -> Sample
    ) -> Loader {
      // What an unreadable example leaves of a batch may be too little for batch_norm.
      Loader(
        PlacedSubset(dataset, places: places), batchSize: batchSize, order: order,
        seed: recipe.seed, dropsLast: dropsLast, padding: padding, workers: workers,
        failures: failures, smallestBatch: isTraining ? 2 : 1, batchTransform: batch
      ) { (placed: Placed<Source.Example>, random: inout RandomScalars) throws(DatasetError) in
        try checked(sample(placed.example, &random), placed.place)
      }
    }
    func gathering(_ dataset: some GatherableDataset) -> Loader {
      Loader(
        gathering: Subset(dataset, places: places), batchSize: batchSize, order: order,
        seed: recipe.seed, dropsLast: dropsLast, batchTransform: batch)
    }
    func labelled<Value: Sendable>(
      _ dataset: some Dataset<Labelled<Value>>,
      _ change: @escaping @Sendable (Value, inout RandomScalars) throws(DatasetError) -> Tensor
    ) -> Loader {
      loader(dataset) {
        (example: Labelled<Value>, random: inout RandomScalars) throws(DatasetError) in
        Sample(try change(example.value, &random), label: example.label)
      }
    }
    switch material.examples {
    case .pictureBytes(let images) where chain.changesNothing: return gathering(images)
    case .pictureBytes(let images):
      return labelled(images) { (value: Image, random: inout RandomScalars) throws(DatasetError) in
        try chain(value, using: &random)
      }
    case .pictures(let dataset):
      return labelled(dataset) { (value: Image, random: inout RandomScalars) throws(DatasetError) in
        try chain(value, using: &random)
      }
    case .sounds(let dataset):
      return labelled(dataset) {
        (value: Waveform, random: inout RandomScalars) throws(DatasetError) in
        try chain(value, using: &random)
      }
    case .rows(let rows) where chain.changesNothing: return gathering(rows)
    case .rows(let rows):
      return loader(rows) { (sample: Sample, random: inout RandomScalars) throws(DatasetError) in
        Sample(try chain(sample.input, using: &random), target: sample.target)
      }
    case .texts(let texts):
      return labelled(texts) { (tokens: [Int], _: inout RandomScalars) throws(DatasetError) in
        Tensor(tokens.map { Int64($0) })
      }
    case .tokens(let tokens, let context):
      let windows = ArrayDataset(tokenWindows(places, context))
      let last = tokens.count - context - 1
      return Loader(
        windows, batchSize: batchSize, order: order, seed: recipe.seed,
        dropsLast: dropsLast, workers: workers, batchTransform: batch
      ) { (window: TokenWindow, random: inout RandomScalars) throws(DatasetError) in
        // In training windows begin anywhere near, so that epochs differ.
        let shift = isTraining ? random.integer(below: window.beginnings) : 0
        let start = min(window.start + shift, last)
        let window = tokens[start...start + context].map { Int64($0) }
        return Sample(Tensor(Array(window.dropLast())), target: Tensor(Array(window.dropFirst())))
      }
    }
  }

  /// Throws where padding would fill up another axis than a time.
  func requireTime() throws(RecipeError) {
    guard let entry = recipe.data["padding"] else { return }
    switch material.examples {
    case .texts: return
    case .sounds:
      if recipe.data.list("transforms").contains(where: { $0.name == "frames_first" }) { return }
      throw RecipeError(
        file: recipe.file.name, entry.place,
        "fills up the first axis, which is no time here; frames_first among the transforms makes it one"
      )
    case .pictures, .pictureBytes, .rows, .tokens:
      throw RecipeError(
        file: recipe.file.name, entry.place,
        "is for sounds and texts, but an example is \(material.startWords)")
    }
  }

  private func order(_ places: [Int]) -> LoadingOrder {
    switch recipe.data.name("order") {
    case "sequential": return .sequential
    case "by_length" where !material.lengths.isEmpty:
      return .bucketed(lengths: places.map { material.lengths[$0] })
    case "balanced" where !material.labels.isEmpty:
      return .balanced(places.map { material.labels[$0] })
    default: return .shuffled
    }
  }

  /// What `standardize` subtracts and divides by, from at most 10,000 examples of the training part.
  func fit(_ chain: ChangeChain, on places: [Int]) throws -> [Standardization] {
    var chain = chain
    for _ in 0..<chain.standardizations {
      var moments = ChannelMoments()
      let stride = max(1, places.count / 10_000)
      let chosen = places.indices.filter { $0 % stride == 0 }.map { places[$0] }
      // What is filled up counts nothing.
      let size = padding == nil ? nil : 1
      let loader = loader(chosen, chain, batchSize: size)
      let stream = loader.batches(epoch: 0, from: 0)
      while let batch = try next(stream, of: loader) {
        for index in 0..<batch.count {
          let length = batch.lengths.map { $0.scalars(as: Int.self)[index] }
          moments.add(length.map { batch.inputs[index, 0..<$0] } ?? batch.inputs[index])
        }
      }
      if moments.differs {
        throw RecipeError(
          file: recipe.file.name, recipe.data.value("transforms").place,
          "standardize channel by channel, along the first axis, which differs in length: "
            + "standardize comes before frames_first")
      }
      let standardization = moments.standardization
      guard standardization.isFinite else {
        throw RecipeError(
          file: recipe.file.name, recipe.data.value("transforms").place,
          "standardize examples, of which some have numbers that are infinite or none")
      }
      chain.fitted.append(standardization)
    }
    return chain.fitted
  }

  /// The next batch; where its examples do not fit together, the error says what to do in a recipe.
  private func next(
    _ stream: BatchStream<SampleBatch>, of loader: Loader
  ) throws -> SampleBatch? {
    do throws(DatasetError) {
      return try stream.next()
    } catch {
      // A batch of nothing but broken examples is an error, also where those are left out.
      if loader.batchSize == 1, failures != .stop { return try next(stream, of: loader) }
      guard error.reason == .mismatchedExamples else { throw error }
      throw RecipeError(
        file: recipe.file.name, recipe.data.place,
        "makes examples of different sizes: found \(error.found), expected \(error.expected); "
          + "resize, crops and fixed_length make one size, and padding is for different lengths")
    }
  }

  /// What an example of a loader is; a single one is looked at.
  func features(_ loader: Loader) throws -> Features {
    guard let batch = try next(loader.batches(epoch: 0, from: 0), of: loader) else {
      throw RecipeError(
        file: recipe.file.name, recipe.data.place,
        "gives no batch: fewer examples than batch_size, and drop_last leaves them out")
    }
    var features = Features(Array(batch.inputs.shape.lengths.dropFirst()))
    if case .tokens(let count) = material.targets { features.vocabulary = count }
    if case .texts = material.examples { features.vocabulary = material.vocabulary.count }
    if batch.lengths != nil {
      features.lengths[0] = 1
      features.varies = true
    }
    return features
  }
}
