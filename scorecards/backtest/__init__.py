"""Back-test of the regulatory score: facts of a past date in, ranking quality and calibration out."""

from scorecards.backtest.backtest import Backtest, BacktestRefused, backtest
from scorecards.backtest.calibration import Tenth

__all__ = ["Backtest", "BacktestRefused", "Tenth", "backtest"]
