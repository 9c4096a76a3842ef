"""Written by `make stub` from the table in rnn.py; do not edit."""

from estimator.network.recurrent.basic import BasicRNNCell as BasicRNNCell
from estimator.network.recurrent.bidirectional import stack_bidirectional_dynamic_rnn as stack_bidirectional_dynamic_rnn
from estimator.network.recurrent.bidirectional import static_bidirectional_rnn as static_bidirectional_rnn
from estimator.network.recurrent.cell import LayerRNNCell as LayerRNNCell
from estimator.network.recurrent.cell import RNNCell as RNNCell
from estimator.network.recurrent.dropout import DropoutWrapper as DropoutWrapper
from estimator.network.recurrent.gru import GRUCell as GRUCell
from estimator.network.recurrent.layer_norm_lstm import LayerNormBasicLSTMCell as LayerNormBasicLSTMCell
from estimator.network.recurrent.lstm import BasicLSTMCell as BasicLSTMCell
from estimator.network.recurrent.lstm import LSTMCell as LSTMCell
from estimator.network.recurrent.lstm import LSTMStateTuple as LSTMStateTuple
from estimator.network.recurrent.multi import MultiRNNCell as MultiRNNCell
from estimator.network.recurrent.static import static_rnn as static_rnn
from estimator.network.recurrent.static import static_state_saving_rnn as static_state_saving_rnn
from estimator.network.recurrent.wrappers import DeviceWrapper as DeviceWrapper
from estimator.network.recurrent.wrappers import ResidualWrapper as ResidualWrapper
