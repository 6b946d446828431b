import Arrays
import NeuralNetworks
import Tensors

/// A recurrent language model: a vector for each token, layers of LSTM, and logits (Mikolov et al.,
/// 2010, "Recurrent neural network based language model"; with LSTM Sundermeyer et al., 2012).
///
///     var state = model.makeCache(batch: 32)
///     let logits = model(tokens, state: &state)   // [batch, time] → [batch, time, vocabulary]
///
/// The parts have the names of the word language model among PyTorch's examples: `encoder`, `rnn`,
/// `decoder`. Dropout is between the layers of `rnn` and after the last.
public struct LSTMLanguageModel: Module {
  /// The tokens' vectors, [vocabulary, width].
  public var encoder: Embedding
  public var rnn: LSTM
  public var drop: Dropout
  /// From h to the logits, [vocabulary, hidden].
  public var decoder: Linear
  let layers: Int
  let hidden: Int

  /// - Parameters:
  ///   - vocabulary: How many tokens there are.
  ///   - width: The length of a token's vector.
  ///   - hidden: The units of each layer.
  ///   - layers: How many layers lie one upon another.
  ///   - dropout: The probability with which training drops an element of what a layer gives.
  public init(vocabulary: Int, width: Int, hidden: Int, layers: Int = 2, dropout: Double = 0) {
    encoder = Embedding(vocabulary, width)
    rnn = LSTM(width, hidden, layers: layers, dropout: dropout, batchFirst: true)
    drop = Dropout(dropout)
    decoder = Linear(hidden, vocabulary)
    self.layers = layers
    self.hidden = hidden
  }

  /// The logits of the token after each; the state goes on from the last batch to the next.
  public func callAsFunction(_ tokens: Tensor, state: inout LSTMState) -> Tensor {
    decoder(features(tokens, &state))
  }

  private func features(_ tokens: Tensor, _ state: inout LSTMState) -> Tensor {
    if tokens.rank != 2 {
      stop("LSTMLanguageModel: tokens \(tokens.shape); it takes [batch, time]")
    }
    let (output, next) = rnn(encoder(tokens), state: state)
    state = next
    return drop(output)
  }
}

extension LSTMLanguageModel: CachedModel {
  public var contextLength: Int? { nil }

  /// The state before the first token: zeros.
  public func makeCache(batch: Int) -> LSTMState {
    let zeros = Tensor.zeros([layers, batch, hidden], encoder.weight.dataType)
    return LSTMState(hidden: zeros, cell: zeros)
  }

  public func nextLogits(after tokens: Tensor, cache: inout LSTMState) -> Tensor {
    decoder(features(tokens, &cache)[.all, -1])
  }
}
