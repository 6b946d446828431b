import Myelin

/// From one text to another: an encoder reads, a decoder writes, and attention lets the decoder look
/// back at what was read. Bahdanau, Cho and Bengio, 2015, "Neural machine translation by jointly
/// learning to align and translate".
///
///     encoder      h₁ … hₙ: the states of a GRU that reads both ways, one for each character
///     attention    eᵢ = v · tanh(Q · s + K · hᵢ),  α = softmax(e),  context = Σ αᵢ · hᵢ
///     decoder      s ← GRU([the character written last, context], s)
///     prediction   p = softmax(W · [s, context] + b)       of the next character
///     loss         L = −mean of log p(the right character), the end among them
///     update       Adam, gradients clipped to a norm of 1
///
/// In training the decoder is given the right characters before each (*teacher forcing*), so that one
/// mistake does not spoil the rest; in use it is given its own.
struct SequenceToSequence: Module {
  var embedding: Embedding
  var encoder: GRU
  /// From the encoder's last states to the decoder's first.
  var bridge: Linear
  var attention: AdditiveAttention
  var decoder: GRUCell
  var output: Linear

  init(characters: Int, width: Int) {
    embedding = Embedding(characters, width / 2)
    encoder = GRU(width / 2, width / 2, bidirectional: true, batchFirst: true)
    bridge = Linear(width, width)
    attention = AdditiveAttention(queryWidth: width, keyWidth: width, hidden: width)
    decoder = GRUCell(width / 2 + width, width)
    output = Linear(2 * width, characters)
  }

  /// What is known after reading, and what the decoder has come to.
  struct Progress {
    /// hᵢ and K · hᵢ, the same at every step, [n, read, width].
    let values: Tensor
    let keys: Tensor
    /// Where there is a character, [n, read].
    let mask: Tensor
    /// s, [n, width].
    var state: Tensor
    /// α of the last step, [n, read].
    var weights: Tensor
  }

  /// Characters [n, read] → where the decoder begins.
  func read(_ source: Tensor) -> Progress {
    let mask = source .!= Double(Characters.nothing)
    let lengths = mask.to(.int64).sum(along: 1)
    let (values, last) = encoder(embedding(source), lengths: lengths)
    let state = tanh(bridge(concatenate([last[0], last[1]], along: 1)))
    return Progress(
      values: values, keys: attention.projected(values), mask: mask, state: state,
      weights: mask.to(.float32))
  }

  /// A step: the character written last, [n] → logits of the next, [n, characters].
  func write(_ last: Tensor, _ progress: inout Progress) -> Tensor {
    let (contexts, weights) = attention(
      progress.state.unsqueezed(1), projectedKeys: progress.keys, progress.values,
      keyMask: progress.mask)
    let context = contexts.squeezed(1)
    progress.weights = weights.squeezed(1)
    progress.state = decoder(
      concatenate([embedding(last), context], along: 1), state: progress.state)
    return output(concatenate([progress.state, context], along: 1))
  }

  /// Teacher forcing: source [n, read], target [n, written] → logits [n, written, characters].
  func callAsFunction(_ pairs: Pairs) -> Tensor {
    var progress = read(pairs.source)
    var last = Tensor.full([pairs.source.shape[0]], Double(Characters.end), .int64)
    return stack(
      (0..<pairs.target.shape[1]).map { step in
        defer { last = pairs.target[.all, .at(step)] }
        return write(last, &progress)
      }, along: 1)
  }

  /// The likeliest character at each of `count` steps, each fed to the next: [n, count]; and where it
  /// looked, [n, count, read].
  func translate(_ source: Tensor, count: Int) -> (written: Tensor, weights: Tensor) {
    var progress = read(source)
    var last = Tensor.full([source.shape[0]], Double(Characters.end), .int64)
    var (written, weights): ([Tensor], [Tensor]) = ([], [])
    for _ in 0..<count {
      last = write(last, &progress).argmax(along: 1)
      written.append(last)
      weights.append(progress.weights)
    }
    return (stack(written, along: 1), stack(weights, along: 1))
  }
}
